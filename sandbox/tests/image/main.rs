//! The sandbox image: what a learner finds on the machine, and that Docker works there as elsewhere.

#[path = "../support/mod.rs"]
mod support;

mod bases;
mod builds;
mod cache_rules;
mod containers;
mod lens;
mod machine;
mod seed;

use drydock_sandbox::{Limits, Sandbox, Spec};

use support::Yard;

const LIMITS: Limits = Limits {
    memory_mib: 1024,
    disk_mib: 512,
    pids: 512,
    cpus: 2.0,
};

/// A sandbox that has these images.
async fn with_images(yard: &Yard, images: &[&str]) -> Sandbox {
    let mut spec = Spec::new(LIMITS);
    spec.images = images.iter().map(|image| (*image).to_owned()).collect();
    yard.with(spec).await
}
