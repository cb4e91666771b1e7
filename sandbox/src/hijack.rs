//! Raw exec streams.
