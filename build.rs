//! Compiles `proto/` without a system protoc: messages and service, the descriptor set that reflection
//! serves, and the protobuf JSON mapping of the messages that the command line prints.

use std::{env, error::Error, fs, path::PathBuf};

const PROTO_DIR: &str = "proto";
const SERVICE: &str = "candor/v1/reliability_service.proto";
const REPORT: &str = "candor/v1/report.proto";

/// What the command line prints as JSON, beside everything in [`REPORT`].
const PRINTED: &[&str] = &[
    "BandThreshold",
    "Corpus",
    "Feature",
    "FeatureDirection",
    "FeatureTier",
    "Limits",
    "ListFeaturesResponse",
    "Metric",
    "Model",
    "Weight",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={PROTO_DIR}");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);

    // Source information carries the comments, which reflection clients show to their users.
    let mut compiler = protox::Compiler::new([PROTO_DIR])?;
    compiler.include_source_info(true).include_imports(true);
    compiler.open_file(SERVICE)?;
    fs::write(out.join("candor.binpb"), compiler.encode_file_descriptor_set())?;

    let set = compiler.file_descriptor_set();
    let mut json = pbjson_build::Builder::new();
    // A client that prints zero values prints what this prints, so that the two can be compared.
    json.emit_fields().out_dir(&out);
    let mut printed: Vec<String> = PRINTED.iter().map(|name| format!(".candor.v1.{name}")).collect();
    for file in &set.file {
        if file.name() == REPORT {
            let messages = file.message_type.iter().map(|message| message.name());
            let enums = file.enum_type.iter().map(|kind| kind.name());
            printed.extend(messages.chain(enums).map(|name| format!(".candor.v1.{name}")));
        }
        if file.package() == "candor.v1" {
            json.register_file_descriptor(file.clone());
        }
    }
    json.build(&printed)?;

    tonic_prost_build::configure()
        .build_client(true)
        .build_server(true)
        // StreamScoreArticles is answered by `rpc::stream`, not by the generated code.
        .generate_default_stubs(true)
        .extern_path(".google.rpc.Status", "::tonic_types::Status")
        .compile_fds(set)?;
    Ok(())
}
