//! What the service tells of its work to whoever counts it.

use std::fmt;
use std::time::Duration;

use super::v1;

/// Called on the way of every article: implementations must be quick and must not keep text.
pub trait Observer: fmt::Debug + Send + Sync {
    /// A stage of one article has ended.
    fn stage(&self, name: &'static str, took: Duration);
    /// An article has been reported on.
    fn scored(&self, report: &v1::Report, text_bytes: usize);
}

/// Nobody counts.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn stage(&self, _name: &'static str, _took: Duration) {}
    fn scored(&self, _report: &v1::Report, _text_bytes: usize) {}
}
