/** The plug-ins there are: programs in PATH that add commands. */
export { listPlugins } from "../platform/plugin.ts";
