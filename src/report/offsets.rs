//! Offset encodings.
