/** Where the planner begins: the script is deferred, so that the page stands already. */

import { start } from "./ui-app.js";

const known = document.getElementById("planner-book");
start(document.getElementById("planner"), JSON.parse(known.textContent));
document.getElementById("planner-plain").hidden = true;
