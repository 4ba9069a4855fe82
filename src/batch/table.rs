//! Reports as a table: one row each, one column a number.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read as _, Write};
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};
use prost::Message as _;

use super::failure::Failure;
use crate::features::{FEATURES, catalogue};
use crate::report::View;
use crate::rpc::v1;

/// A group of rows ends here, or with the report that brings it to so many bytes.
const ROWS: usize = 8_192;
const BYTES: usize = 32 << 20;
/// A longer message is none: lengths are read before messages.
const MOST_MESSAGE_BYTES: usize = 1 << 30;

/// How a column is made from a report.
enum Make {
    Text(fn(&v1::Report) -> &str),
    Number(fn(&v1::Report) -> Option<f64>),
    SubScore(String),
    /// The place in the list of features, which is the same in every report of one view.
    Feature(usize),
    /// A column of the list of evidence.
    EvidenceText(fn(&v1::Evidence) -> &str),
    EvidenceNumber(fn(&v1::Evidence) -> f64),
    EvidenceOffset(fn(&v1::Span) -> i32),
}

/// A column and its name.
struct Column {
    name: String,
    make: Make,
}

fn column(name: &str, make: Make) -> Column {
    Column { name: name.to_owned(), make }
}

fn number_of(name: &str, number: fn(&v1::Report) -> Option<f64>) -> Column {
    column(name, Make::Number(number))
}

/// The columns of a view, those of the evidence last.
fn columns(view: View) -> Vec<Column> {
    let mut columns = vec![
        column("id", Make::Text(|report| &report.article_id)),
        column("applicability", Make::Text(|report| report.applicability().as_str_name())),
        number_of("score", |report| report.score),
        number_of("score_low", |report| report.score_low),
        number_of("score_high", |report| report.score_high),
        column("band", Make::Text(|report| report.band().as_str_name())),
        number_of("confidence", |report| Some(report.confidence)),
    ];
    let mut kinds: Vec<&str> =
        FEATURES.iter().map(|feature| feature.sub_score).filter(|kind| !kind.is_empty()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    columns.extend(kinds.into_iter().map(|kind| column(&format!("sub_score_{kind}"), Make::SubScore(kind.to_owned()))));
    let count = match view {
        View::Basic => FEATURES.len(),
        View::Full => catalogue().count(),
    };
    columns.extend(catalogue().take(count).enumerate().map(|(at, feature)| column(feature.id, Make::Feature(at))));
    columns.push(column("model_version", Make::Text(model_version)));
    if view == View::Full {
        columns.extend([
            column("feature_id", Make::EvidenceText(|piece| &piece.feature_id)),
            column(
                "field",
                Make::EvidenceText(|piece| piece.span.as_ref().map_or("", |span| span.field().as_str_name())),
            ),
            column("start", Make::EvidenceOffset(|span| span.start)),
            column("end", Make::EvidenceOffset(|span| span.end)),
            column("quote", Make::EvidenceText(|piece| &piece.quote)),
            column("voice", Make::EvidenceText(|piece| piece.voice().as_str_name())),
            column("severity", Make::EvidenceNumber(|piece| piece.severity)),
            column("message", Make::EvidenceText(|piece| &piece.message)),
        ]);
    }
    columns
}

fn model_version(report: &v1::Report) -> &str {
    report.provenance.as_ref().map_or("", |provenance| provenance.model_version.as_str())
}

impl Make {
    fn is_evidence(&self) -> bool {
        matches!(self, Make::EvidenceText(_) | Make::EvidenceNumber(_) | Make::EvidenceOffset(_))
    }

    fn kind(&self) -> (Physical, Repetition) {
        match self {
            Make::Text(_) | Make::EvidenceText(_) => (Physical::BYTE_ARRAY, Repetition::REQUIRED),
            Make::Number(_) | Make::SubScore(_) | Make::Feature(_) => (Physical::DOUBLE, Repetition::OPTIONAL),
            Make::EvidenceNumber(_) => (Physical::DOUBLE, Repetition::REQUIRED),
            Make::EvidenceOffset(_) => (Physical::INT32, Repetition::REQUIRED),
        }
    }
}

fn schema(columns: &[Column]) -> Result<TypePtr> {
    let leaf = |column: &Column| -> Result<TypePtr> {
        let (physical, repetition) = column.make.kind();
        let logical = (physical == Physical::BYTE_ARRAY).then_some(LogicalType::String);
        let built = Type::primitive_type_builder(&column.name, physical).with_repetition(repetition);
        Ok(Arc::new(built.with_logical_type(logical).build()?))
    };
    let (evidence, flat): (Vec<_>, Vec<_>) = columns.iter().partition(|column| column.make.is_evidence());
    let mut fields = flat.into_iter().map(leaf).collect::<Result<Vec<_>>>()?;
    if !evidence.is_empty() {
        let group = |name, repetition, logical, fields| -> Result<TypePtr> {
            let built = Type::group_type_builder(name).with_repetition(repetition).with_logical_type(logical);
            Ok(Arc::new(built.with_fields(fields).build()?))
        };
        let pieces = evidence.into_iter().map(leaf).collect::<Result<Vec<_>>>()?;
        let element = group("element", Repetition::REQUIRED, None, pieces)?;
        let list = group("list", Repetition::REPEATED, None, vec![element])?;
        fields.push(group("evidence", Repetition::REQUIRED, Some(LogicalType::List), vec![list])?);
    }
    Ok(Arc::new(Type::group_type_builder("report").with_fields(fields).build()?))
}

/// Writes one column of a group of rows.
fn write<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    make: &Make,
    reports: &[v1::Report],
) -> Result<()> {
    let numbers = |number: &dyn Fn(&v1::Report) -> Option<f64>| -> (Vec<f64>, Vec<i16>) {
        let all: Vec<Option<f64>> = reports.iter().map(number).collect();
        (all.iter().flatten().copied().collect(), all.iter().map(|value| i16::from(value.is_some())).collect())
    };
    let bytes = |text: &str| ByteArray::from(text.as_bytes().to_vec());
    match make {
        Make::Text(text) => {
            let values: Vec<_> = reports.iter().map(|report| bytes(text(report))).collect();
            put::<ByteArrayType, W>(group, &values, None, None)
        }
        Make::Number(number) => {
            let (values, levels) = numbers(&number);
            put::<DoubleType, W>(group, &values, Some(&levels), None)
        }
        Make::SubScore(id) => {
            let (values, levels) =
                numbers(&|report| report.sub_scores.iter().find(|sub_score| sub_score.sub_score_id == *id)?.score);
            put::<DoubleType, W>(group, &values, Some(&levels), None)
        }
        Make::Feature(at) => {
            let (values, levels) = numbers(&|report| report.features.get(*at)?.value);
            put::<DoubleType, W>(group, &values, Some(&levels), None)
        }
        Make::EvidenceText(text) => {
            let values: Vec<_> = pieces(reports).map(|piece| bytes(text(piece))).collect();
            put_list::<ByteArrayType, W>(group, &values, reports)
        }
        Make::EvidenceNumber(number) => {
            put_list::<DoubleType, W>(group, &pieces(reports).map(number).collect::<Vec<_>>(), reports)
        }
        Make::EvidenceOffset(offset) => {
            let values: Vec<_> = pieces(reports).map(|piece| piece.span.as_ref().map_or(0, offset)).collect();
            put_list::<Int32Type, W>(group, &values, reports)
        }
    }
}

fn pieces(reports: &[v1::Report]) -> impl Iterator<Item = &v1::Evidence> {
    reports.iter().flat_map(|report| &report.evidence)
}

/// A column inside the list of evidence: its levels tell rows apart, and rows without evidence.
fn put_list<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
    reports: &[v1::Report],
) -> Result<()> {
    let (mut present, mut continues) = (Vec::new(), Vec::new());
    for report in reports {
        let count = report.evidence.len();
        present.extend(std::iter::repeat_n(i16::from(count > 0), count.max(1)));
        continues.push(0);
        continues.extend(std::iter::repeat_n(1, count.saturating_sub(1)));
    }
    put::<T, W>(group, values, Some(&present), Some(&continues))
}

fn put<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
    present: Option<&[i16]>,
    continues: Option<&[i16]>,
) -> Result<()> {
    let missing = || ParquetError::General("there are fewer columns than the schema has".to_owned());
    let mut column = group.next_column()?.ok_or_else(missing)?;
    column.typed::<T>().write_batch(values, present, continues)?;
    column.close()
}

/// Makes a table at `to` of the reports at `from`, which stand there as messages with their lengths, compressed.
pub(super) fn convert(from: &Path, to: &Path, view: View) -> std::result::Result<(), Failure> {
    let unreadable = |error| Failure::file(from, "cannot be read", &error);
    let unwritable = |error: ParquetError| Failure::Refused(format!("{} cannot be written: {error}.", to.display()));
    let source = File::open(from).map_err(unreadable)?;
    let mut source = BufReader::new(zstd::stream::read::Decoder::new(source).map_err(unreadable)?);
    let target = File::create(to).map_err(|error| Failure::file(to, "cannot be written", &error))?;
    let columns = columns(view);
    let compression = Compression::ZSTD(ZstdLevel::default());
    let created_by = format!("candor {}", env!("CARGO_PKG_VERSION"));
    let properties = WriterProperties::builder().set_compression(compression).set_created_by(created_by).build();
    let schema = schema(&columns).map_err(unwritable)?;
    let writer = SerializedFileWriter::new(BufWriter::new(target), schema, Arc::new(properties));
    let mut writer = writer.map_err(unwritable)?;
    let (mut reports, mut bytes) = (Vec::new(), 0);
    loop {
        let report = next(&mut source).map_err(unreadable)?;
        let ended = report.is_none();
        if let Some((report, length)) = report {
            reports.push(report);
            bytes += length;
        }
        if ended && reports.is_empty() {
            break;
        }
        if ended || reports.len() >= ROWS || bytes >= BYTES {
            let mut group = writer.next_row_group().map_err(unwritable)?;
            for column in &columns {
                write(&mut group, &column.make, &reports).map_err(unwritable)?;
            }
            group.close().map_err(unwritable)?;
            reports.clear();
            bytes = 0;
        }
    }
    let target = writer.into_inner().map_err(unwritable)?;
    let target = target.into_inner().map_err(io::IntoInnerError::into_error);
    target.and_then(|file| file.sync_all()).map_err(|error| Failure::file(to, "cannot be written", &error))
}

/// The next message and its length.
fn next(source: &mut impl io::BufRead) -> io::Result<Option<(v1::Report, usize)>> {
    if source.fill_buf()?.is_empty() {
        return Ok(None);
    }
    let damaged = || io::Error::new(io::ErrorKind::InvalidData, "a message in it is damaged");
    let (mut length, mut shift) = (0_usize, 0);
    loop {
        let mut byte = [0];
        source.read_exact(&mut byte)?;
        let [byte] = byte;
        length |= usize::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            break;
        }
        if shift > 28 {
            return Err(damaged());
        }
    }
    if length > MOST_MESSAGE_BYTES {
        return Err(damaged());
    }
    let mut bytes = Vec::new();
    source.take(length as u64).read_to_end(&mut bytes)?;
    if bytes.len() < length {
        return Err(damaged());
    }
    let report = v1::Report::decode(bytes.as_slice()).map_err(|_| damaged())?;
    Ok(Some((report, length)))
}
