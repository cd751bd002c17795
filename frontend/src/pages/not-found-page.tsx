import { Link } from "../components/navigation.tsx";
import { CardPage } from "../components/card-page.tsx";
import * as words from "../texts/broken.ts";

/** An address that leads nowhere; the server answers it with 404. */
export function NotFoundPage() {
  return (
    <CardPage title={words.NOT_FOUND} lead={words.NOT_FOUND_LEAD}>
      <Link href="/todoapp" className="button primary wide">
        {words.TO_THE_LIST}
      </Link>
    </CardPage>
  );
}
