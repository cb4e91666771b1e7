//! Every hardening flag of a sandbox's container, each with why.

/// Label that names the installation a sandbox belongs to.
pub const LABEL_OWNER: &str = "drydock.owner";
/// Label that names the sandbox.
pub const LABEL_SANDBOX: &str = "drydock.sandbox";
