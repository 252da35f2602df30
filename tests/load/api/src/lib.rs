//! What is generated from `traffic.yaml`: see `build.rs`.

include!(concat!(env!("OUT_DIR"), "/traffic-api/src/lib.rs"));
