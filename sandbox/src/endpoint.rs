//! Where the outer engine listens.
