//! Holds the workspace to its layers: route -> controller -> DTO -> service -> model and DAO, never the other way,
//! and no circle between files.

mod circles;
mod dependencies;
mod features;
