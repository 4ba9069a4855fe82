//! Reports as a table: one row each, one column a number.

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Read as _, Write};
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};
use prost::Message as _;

use crate::detect;
use crate::features::{self, FEATURES};
use crate::report::View;
use crate::rpc::v1;

/// A group of rows ends here, or with the report that brings it to so many bytes.
const ROWS: usize = 8_192;
const BYTES: usize = 32 << 20;
