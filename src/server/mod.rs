//! Configuration, listening, shutdown.
