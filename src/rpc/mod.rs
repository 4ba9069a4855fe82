//! The only room that sees protobuf and domain types together.
