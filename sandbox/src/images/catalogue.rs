//! The base images that labs may name. To add one: a folder below `image/bases/` and a line here.
//!
//! A folder holds `Dockerfile`, the stand-in made of Debian's packages (`BASE` is the first entry),
//! and the files it copies. `adapt.Dockerfile`, where there is one, adds to the pulled image (`BASE`)
//! what labs need beyond it.

/// A base image.
pub(super) struct Base {
    /// What learners call it.
    pub(super) reference: &'static str,
    /// Its folder below `image/bases/`.
    pub(super) recipe: &'static str,
    /// What is made on the host for its stand-in.
    pub(super) made: Made,
}

/// A file of the build context that is made on the host.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Made {
    /// None.
    Nothing,
    /// `rootfs.tar`: a minimal Debian.
    Debian,
    /// `hello`: a program that prints a text.
    Hello,
    /// `npm.tgz`: npm as its own package, if it can be fetched; Debian's weighs as much as a system.
    Npm,
}

/// All of them. The first is what the sandbox and the stand-ins are built from.
pub(super) const BASES: &[Base] = &[
    Base {
        reference: "debian:trixie-slim",
        recipe: "debian",
        made: Made::Debian,
    },
    Base {
        reference: "python:3.13-slim",
        recipe: "python",
        made: Made::Nothing,
    },
    Base {
        reference: "busybox:latest",
        recipe: "busybox",
        made: Made::Nothing,
    },
    Base {
        reference: "hello-world:latest",
        recipe: "hello-world",
        made: Made::Hello,
    },
    Base {
        reference: "nginx:latest",
        recipe: "nginx",
        made: Made::Nothing,
    },
    Base {
        reference: "golang:1.24",
        recipe: "golang",
        made: Made::Nothing,
    },
    Base {
        reference: "node:20-slim",
        recipe: "node",
        made: Made::Npm,
    },
    Base {
        reference: "registry:2",
        recipe: "registry",
        made: Made::Nothing,
    },
    Base {
        reference: "redis:8",
        recipe: "redis",
        made: Made::Nothing,
    },
];

/// The one for which Python packages are fetched.
pub(super) const PYTHON: &str = "python:3.13-slim";

impl Base {
    /// The reference under which it is kept on the outer engine: never the plain one, which there
    /// means the real image.
    pub(super) fn kept_as(&self) -> String {
        format!("drydock/library/{}", self.reference)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::context;

    #[test]
    fn every_base_has_a_recipe_and_a_tag() {
        for base in BASES {
            assert!(
                context::embedded(&format!("bases/{}/Dockerfile", base.recipe)).is_some(),
                "image/bases/{}/Dockerfile is missing",
                base.recipe
            );
            assert!(base.reference.contains(':'), "{}", base.reference);
        }
        assert!(BASES[0].made == Made::Debian);
        assert!(BASES.iter().any(|base| base.reference == PYTHON));
    }
}
