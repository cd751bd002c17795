// Makes everything ready that building, serving and testing need. Does nothing, at once, when it is.

import { setUp } from "./tools.mjs";

setUp();
