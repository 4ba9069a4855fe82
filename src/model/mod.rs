//! The model: load, verify, predict, explain, train.
