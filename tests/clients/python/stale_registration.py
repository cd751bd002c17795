"""fastmcp, whose stored registration the server does not know (any more). Says on stdout where a person has to go to let it in,
and then which tools it was shown, each as a line of JSON.

    stale_registration.py URL STALE_CLIENT_ID
"""

import asyncio
import json
import sys
import webbrowser
from urllib.parse import urlsplit

from fastmcp import Client
from fastmcp.client.auth import OAuth
from key_value.aio.stores.memory import MemoryStore
from mcp.shared.auth import OAuthClientInformationFull


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


async def main(url: str, stale: str) -> None:
    webbrowser.open = lambda address: say(visit=address)
    oauth = OAuth(url, token_storage=MemoryStore(), callback_timeout=60)
    issuer = "{0.scheme}://{0.netloc}".format(urlsplit(url))
    kept = OAuthClientInformationFull(
        client_id=stale,
        issuer=issuer,
        redirect_uris=oauth.context.client_metadata.redirect_uris,
        token_endpoint_auth_method="none",
    )
    await oauth.token_storage_adapter.set_client_info(kept)
    async with Client(url, auth=oauth) as client:
        tools = [tool.name for tool in await client.list_tools()]
    registered = await oauth.token_storage_adapter.get_client_info()
    say(tools=tools, client_id=registered.client_id)


asyncio.run(main(*sys.argv[1:]))
