//! LTI from end to end, against the simulator of `testing`.

mod deep_linking;
mod launches;
mod rejections;
mod scores;
