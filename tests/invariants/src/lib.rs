//! What must hold for any input at all. The fuzz targets try it for hours; the tests of the crates have a short run.

pub mod local_alb;
