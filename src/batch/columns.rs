//! Articles in columns: Parquet.

use std::collections::VecDeque;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parquet::basic::{ConvertedType, LogicalType, Type};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::schema::types::ColumnDescPtr;

use super::fields::{FieldNames, Fields, PUBLISHED, places};
use super::refusal::Refusal;

/// Rows that are taken at once. Strings share the memory of their page.
const ROWS: usize = 16;

/// What a date is taken for: only whether there is one is read.
const SOME_DATE: &[u8] = b"1970-01-01";

type Cell = Option<Vec<u8>>;

/// The rows of one file, of which only the columns of an article are read.
pub(super) struct ColumnsFile {
    file: SerializedFileReader<File>,
    /// For each column of an article that there is: its place among the fields, and in the file.
    wanted: Vec<(usize, usize)>,
    /// Whether the date of publication is one by the type of its column.
    dates: bool,
    max_cell_bytes: usize,
    group: usize,
    readers: Vec<Column>,
    rows: VecDeque<std::result::Result<Fields<Vec<u8>>, Refusal>>,
    count: Arc<AtomicU64>,
    /// Whether the end was reached, or damage.
    ended: bool,
}

impl ColumnsFile {
    pub(super) fn open(
        path: &Path,
        names: &FieldNames,
        max_cell_bytes: usize,
        count: &Arc<AtomicU64>,
    ) -> std::result::Result<Self, Refusal> {
        let file = File::open(path).map_err(|error| Refusal::unreadable(&error.to_string()))?;
        let file = guarded(|| SerializedFileReader::new(file)).map_err(|problem| Refusal::damaged(&problem))?;
        let columns = file.metadata().file_metadata().schema_descr().columns();
        let found: Vec<_> = columns.iter().map(|column| column.path().string()).collect();
        let places = places(&found, names)?.into_iter().enumerate();
        let wanted: Vec<_> = places.filter_map(|(field, at)| Some((field, at?))).collect();
        for &(_, at) in &wanted {
            let Some(column) = columns.get(at) else { continue };
            let kind = match column.physical_type() {
                _ if column.max_rep_level() > 0 => "a list".to_owned(),
                Type::BYTE_ARRAY | Type::INT32 | Type::INT64 => continue,
                other => other.to_string(),
            };
            let message = format!("The column {:?} is {kind}; text or integers are needed.", column.path().string());
            return Err(Refusal::new("INVALID_FIELD", message));
        }
        let dates = holds_dates(columns, &wanted);
        Ok(ColumnsFile {
            file,
            wanted,
            dates,
            max_cell_bytes,
            group: 0,
            readers: Vec::new(),
            rows: VecDeque::new(),
            count: Arc::clone(count),
            ended: false,
        })
    }

    /// Goes on behind the first `records` rows.
    pub(super) fn skip_to(&mut self, records: u64) {
        let mut left = records;
        // Whole groups are passed over without a look.
        while let Some(group) = self.file.metadata().row_groups().get(self.group) {
            let rows = u64::try_from(group.num_rows()).unwrap_or(0);
            if rows > left {
                break;
            }
            left -= rows;
            self.group += 1;
        }
        for _ in 0..left {
            self.next();
        }
    }

    /// The next row.
    pub(super) fn next(&mut self) -> Option<std::result::Result<Fields<Vec<u8>>, Refusal>> {
        while self.rows.is_empty() && !self.ended {
            match guarded(|| self.fill()) {
                Ok(more) => self.ended = !more,
                Err(problem) => {
                    self.ended = true;
                    self.rows.push_back(Err(Refusal::damaged(&problem)));
                }
            }
        }
        self.rows.pop_front()
    }

    /// Takes some rows. False behind the last one.
    fn fill(&mut self) -> Result<bool> {
        if self.readers.is_empty() {
            let Some(metadata) = self.file.metadata().row_groups().get(self.group) else { return Ok(false) };
            let bytes = u64::try_from(metadata.compressed_size()).unwrap_or(0);
            let group = self.file.get_row_group(self.group)?;
            let readers = self.wanted.iter().map(|&(_, at)| {
                let optional = group.metadata().column(at).column_descr().max_def_level();
                Column::new(group.get_column_reader(at)?, optional)
            });
            self.readers = readers.collect::<Result<_>>()?;
            self.count.fetch_add(bytes, Ordering::Relaxed);
            self.group += 1;
        }
        let mut columns = Vec::with_capacity(self.readers.len());
        for reader in &mut self.readers {
            columns.push(reader.take(self.max_cell_bytes)?);
        }
        let rows = columns.first().map_or(0, Vec::len);
        if columns.iter().any(|column| column.len() != rows) {
            return Err(ParquetError::General("columns differ in length".to_owned()));
        }
        if rows == 0 {
            self.readers.clear();
            return Ok(true);
        }
        let mut columns: Vec<_> = columns.into_iter().map(Vec::into_iter).collect();
        for _ in 0..rows {
            let mut fields = Fields::default();
            let mut too_large = None;
            for (cells, &(field, _)) in columns.iter_mut().zip(&self.wanted) {
                match cells.next() {
                    Some(Ok(Some(_))) if field == PUBLISHED && self.dates => fields.set(field, SOME_DATE.to_vec()),
                    Some(Ok(Some(value))) => fields.set(field, value),
                    Some(Ok(None)) | None => {}
                    Some(Err(bytes)) => too_large = Some(bytes),
                }
            }
            self.rows.push_back(match too_large {
                None => Ok(fields),
                Some(bytes) => Err(Refusal::record_too_large(bytes, self.max_cell_bytes)),
            });
        }
        Ok(true)
    }
}

/// Whether the column of the date of publication holds dates, counted from 1970.
fn holds_dates(columns: &[ColumnDescPtr], wanted: &[(usize, usize)]) -> bool {
    let column = wanted.iter().find(|&&(field, _)| field == PUBLISHED).and_then(|&(_, at)| columns.get(at));
    column.is_some_and(|column| {
        matches!(column.logical_type_ref(), Some(LogicalType::Date | LogicalType::Timestamp { .. }))
            || matches!(
                column.converted_type(),
                ConvertedType::DATE | ConvertedType::TIMESTAMP_MILLIS | ConvertedType::TIMESTAMP_MICROS
            )
    })
}

/// Runs what a damaged file may bring to a panic; files are not ours.
fn guarded<T>(read: impl FnOnce() -> Result<T>) -> std::result::Result<T, String> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(read) => read.map_err(|error| error.to_string()),
        Err(_) => Err("it is no Parquet that can be understood".to_owned()),
    }
}

enum Typed {
    Text(ColumnReaderImpl<ByteArrayType>),
    Int32(ColumnReaderImpl<Int32Type>),
    Int64(ColumnReaderImpl<Int64Type>),
}

struct Column {
    reader: Typed,
    /// The level of a value that is there.
    present: i16,
}

impl Column {
    fn new(reader: ColumnReader, present: i16) -> Result<Self> {
        let reader = match reader {
            ColumnReader::ByteArrayColumnReader(reader) => Typed::Text(reader),
            ColumnReader::Int32ColumnReader(reader) => Typed::Int32(reader),
            ColumnReader::Int64ColumnReader(reader) => Typed::Int64(reader),
            _ => {
                return Err(ParquetError::General(
                    "a column of the articles is neither text nor an integer".to_owned(),
                ));
            }
        };
        Ok(Column { reader, present })
    }

    /// The next cells: a value, nothing, or how long it is if that is too long.
    fn take(&mut self, limit: usize) -> Result<Vec<std::result::Result<Cell, u64>>> {
        let present = self.present;
        match &mut self.reader {
            Typed::Text(reader) => take(reader, present, |value: ByteArray| {
                if value.len() > limit { Err(value.len() as u64) } else { Ok(Some(value.data().to_vec())) }
            }),
            Typed::Int32(reader) => take(reader, present, |value| Ok(Some(value.to_string().into_bytes()))),
            Typed::Int64(reader) => take(reader, present, |value| Ok(Some(value.to_string().into_bytes()))),
        }
    }
}

fn take<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    present: i16,
    cell: impl Fn(T::T) -> std::result::Result<Cell, u64>,
) -> Result<Vec<std::result::Result<Cell, u64>>> {
    let (mut levels, mut values) = (Vec::new(), Vec::new());
    let (rows, ..) = reader.read_records(ROWS, Some(&mut levels), None, &mut values)?;
    let mut values = values.into_iter();
    // A column without gaps has no levels.
    let is_there = |row: usize| present == 0 || levels.get(row).is_some_and(|&level| level == present);
    Ok((0..rows).map(|row| if is_there(row) { values.next().map_or(Ok(None), &cell) } else { Ok(None) }).collect())
}
