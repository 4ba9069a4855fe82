//! The only room that sees protobuf and domain types together.
//!
//! `admission` finds room for a request, `validate` turns it into checked types, `workers` runs the engine
//! off the asynchronous threads for as long as `budget` lets it, `convert` turns the domain report into its message, and `status` turns
//! whatever went wrong into the error model of google.rpc. `service` has the methods; the one that is a stream stands in `stream`,
//! reads its messages by `incoming`; `framing` and `compression` are how messages stand in a body.

pub mod admission;
pub mod budget;
pub mod compression;
pub mod convert;
pub mod engines;
pub mod framing;
mod incoming;
pub mod limits;
pub mod observer;
pub mod service;
pub mod status;
pub mod stopping;
mod stream;
pub mod validate;
mod workers;

pub use limits::Limits;
pub use service::Service;
pub use status::Error;

/// The generated messages, client and server of `candor.v1`.
pub mod v1 {
    #![allow(
        missing_docs,
        clippy::all,
        clippy::pedantic,
        reason = "generated from proto/candor/v1, where the documentation is"
    )]

    tonic::include_proto!("candor.v1");
    include!(concat!(env!("OUT_DIR"), "/candor.v1.serde.rs"));

    /// The compiled `proto/`, imports and comments included.
    pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/candor.binpb"));
}
