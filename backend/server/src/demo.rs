//! `viridian demo`: the console with an AWS of its own, in one process. Added with the sandbox's blueprint.
