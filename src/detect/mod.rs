//! A document to evidence: one file per detector.

/// What all detectors found in one article.
#[derive(Debug, Default)]
pub struct Analysis {}
