//! Batch jobs from and to columns.

#![cfg(unix)]

mod common;

use std::fs::File;
use std::sync::Arc;

use candor::features::{FEATURES, catalogue};
use common::batch::{Folder, article, ends, fine, jsonl};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::record::{Field, Row, RowAccessor as _};
use parquet::schema::parser::parse_message_type;
use serde_json::Value;

/// Writes articles as columns, in groups of `group` rows; `id` is a number, and every seventh title is missing.
fn write(folder: &Folder, name: &str, count: usize, group: usize, compression: parquet::basic::Compression) {
    let schema =
        "message articles { required int64 id; optional binary title (STRING); required binary body (STRING); }";
    let properties = WriterProperties::builder().set_compression(compression).build();
    let file = File::create(folder.path(name)).unwrap();
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties)).unwrap();
    let text = |number: usize, field: &str| ByteArray::from(article(number)[field].as_str().unwrap());
    for first in (0..count).step_by(group) {
        let numbers = first..count.min(first + group);
        let mut rows = writer.next_row_group().unwrap();
        let mut column = rows.next_column().unwrap().unwrap();
        let ids: Vec<i64> = numbers.clone().map(|number| number as i64).collect();
        column.typed::<Int64Type>().write_batch(&ids, None, None).unwrap();
        column.close().unwrap();
        let mut column = rows.next_column().unwrap().unwrap();
        let levels: Vec<i16> = numbers.clone().map(|number| i16::from(number % 7 != 6)).collect();
        let titles: Vec<_> = numbers.clone().filter(|number| number % 7 != 6).map(|n| text(n, "title")).collect();
        column.typed::<ByteArrayType>().write_batch(&titles, Some(&levels), None).unwrap();
        column.close().unwrap();
        let mut column = rows.next_column().unwrap().unwrap();
        let bodies: Vec<_> = numbers.map(|number| text(number, "text")).collect();
        column.typed::<ByteArrayType>().write_batch(&bodies, None, None).unwrap();
        column.close().unwrap();
        rows.close().unwrap();
    }
    writer.close().unwrap();
}

#[test]
fn columns_are_read_as_lines_are() {
    let folder = Folder::new();
    let lines = (0..150).map(|number| {
        let mut line = serde_json::json!({"id": number, "body": article(number)["text"]});
        if number % 7 != 6 {
            line["title"] = article(number)["title"].clone();
        }
        line.to_string() + "\n"
    });
    folder.file("in.jsonl", lines.collect::<String>());
    fine(&folder, &["in.jsonl", "-o", "expected.jsonl", "--text-field", "body"]);
    for (name, compression) in [
        ("plain.parquet", parquet::basic::Compression::UNCOMPRESSED),
        ("snappy.parquet", parquet::basic::Compression::SNAPPY),
        ("zstd.parquet", parquet::basic::Compression::ZSTD(Default::default())),
        ("gzip.parquet", parquet::basic::Compression::GZIP(Default::default())),
    ] {
        write(&folder, name, 150, 37, compression);
        let output = format!("{name}.jsonl");
        fine(&folder, &[name, "-o", &output, "--text-field", "body"]);
        assert!(folder.read(&output) == folder.read("expected.jsonl"), "{name}");
    }
    ends(&folder, 1, &["plain.parquet", "-o", "none.jsonl"]);
    assert_eq!(folder.lines("none.jsonl.rejects.jsonl")[0]["reason"], "MISSING_TEXT");
}

/// Writes one row of a few columns: a text, or nothing, and numbers.
fn write_row(folder: &Folder, name: &str, schema: &str, text: Option<&str>) {
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let file = File::create(folder.path(name)).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::default()).unwrap();
    let mut rows = writer.next_row_group().unwrap();
    while let Some(mut column) = rows.next_column().unwrap() {
        match column.untyped() {
            ColumnWriter::ByteArrayColumnWriter(writer) => {
                let values: Vec<_> = text.into_iter().map(ByteArray::from).collect();
                writer.write_batch(&values, Some(&[values.len() as i16]), None).unwrap();
            }
            ColumnWriter::Int32ColumnWriter(writer) => {
                assert_eq!(writer.write_batch(&[19_815], None, None).unwrap(), 1)
            }
            ColumnWriter::Int64ColumnWriter(writer) => {
                assert_eq!(writer.write_batch(&[1_712_044_800_000], None, None).unwrap(), 1)
            }
            ColumnWriter::DoubleColumnWriter(writer) => assert_eq!(writer.write_batch(&[1.5], None, None).unwrap(), 1),
            _ => unreachable!(),
        }
        column.close().unwrap();
    }
    rows.close().unwrap();
    writer.close().unwrap();
}

#[test]
fn columns_that_cannot_be_read_are_named_and_dates_are_dates_by_their_type() {
    let folder = Folder::new();
    let text = article(1)["text"].as_str().unwrap().to_owned();
    for (columns, text, reason, words) in [
        ("required double id;", Some(text.as_str()), "INVALID_FIELD", "The column \"id\" is DOUBLE;"),
        ("", None, "MISSING_TEXT", "The field \"text\" is null;"),
        ("required int64 published_time;", Some(&text), "INVALID_FIELD", "\"published_time\" is no date"),
    ] {
        write_row(&folder, "in.parquet", &format!("message a {{ {columns} optional binary text (STRING); }}"), text);
        ends(&folder, 1, &["in.parquet", "-o", "out.jsonl", "--overwrite"]);
        let reject = &folder.lines("out.jsonl.rejects.jsonl")[0];
        assert_eq!(reject["reason"], reason, "{reject}");
        assert!(reject["message"].as_str().unwrap().contains(words), "{reject}");
    }
    for column in ["required int32 published_time (DATE);", "required int64 published_time (TIMESTAMP_MILLIS);"] {
        let schema = format!("message a {{ {column} optional binary text (STRING); }}");
        write_row(&folder, "in.parquet", &schema, Some(&text));
        fine(&folder, &["in.parquet", "-o", "out.jsonl", "--overwrite"]);
        let report = &folder.lines("out.jsonl")[0];
        let features = report["features"].as_array().unwrap();
        let seen = features.iter().find(|feature| feature["featureId"] == "publication_date_seen").unwrap();
        assert_eq!(seen["value"], 1.0, "{column}");
    }
}

fn rows(folder: &Folder, name: &str) -> Vec<Row> {
    let reader = SerializedFileReader::new(File::open(folder.path(name)).unwrap()).unwrap();
    reader.get_row_iter(None).unwrap().map(Result::unwrap).collect()
}

fn cell<'a>(row: &'a Row, name: &str) -> &'a Field {
    row.get_column_iter().find(|(column, _)| *column == name).unwrap_or_else(|| panic!("no column {name}")).1
}

/// A number or nothing.
fn number(field: &Field) -> Value {
    match field {
        Field::Double(value) => Value::from(*value),
        Field::Null => Value::Null,
        other => panic!("{other:?}"),
    }
}

fn word(field: &Field) -> &str {
    match field {
        Field::Str(value) => value,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_table_says_what_the_reports_say() {
    let folder = Folder::new();
    folder.file("in.jsonl", jsonl(0..120));
    for (view, features) in [("basic", FEATURES.len()), ("full", catalogue().count())] {
        let (table, lines) = (format!("{view}.parquet"), format!("{view}.jsonl"));
        fine(&folder, &["in.jsonl", "-o", &table, "--view", view]);
        fine(&folder, &["in.jsonl", "-o", &lines, "--view", view]);
        let (rows, reports) = (rows(&folder, &table), folder.lines(&lines));
        assert_eq!(rows.len(), 120);
        for (row, report) in rows.iter().zip(&reports) {
            assert_eq!(word(cell(row, "id")), report["articleId"]);
            assert_eq!(word(cell(row, "applicability")), report["applicability"]);
            assert_eq!(word(cell(row, "band")), report["band"]);
            assert_eq!(word(cell(row, "model_version")), report["provenance"]["modelVersion"]);
            for (column, field) in [
                ("score", "score"),
                ("score_low", "scoreLow"),
                ("score_high", "scoreHigh"),
                ("confidence", "confidence"),
            ] {
                assert_eq!(number(cell(row, column)), report.get(field).cloned().unwrap_or_default(), "{column}");
            }
            for sub_score in report["subScores"].as_array().unwrap() {
                let column = format!("sub_score_{}", sub_score["subScoreId"].as_str().unwrap());
                assert_eq!(number(cell(row, &column)), sub_score.get("score").cloned().unwrap_or_default());
            }
            let measured = report["features"].as_array().unwrap();
            assert_eq!(measured.len(), features);
            for feature in measured {
                let value = cell(row, feature["featureId"].as_str().unwrap());
                assert_eq!(number(value), feature.get("value").cloned().unwrap_or_default(), "{feature}");
            }
            if view == "full" {
                let Field::ListInternal(list) = cell(row, "evidence") else { panic!("no list") };
                let pieces = report["evidence"].as_array().unwrap();
                assert_eq!(list.len(), pieces.len());
                for (element, piece) in list.elements().iter().zip(pieces) {
                    let Field::Group(element) = element else { panic!("no group") };
                    assert_eq!(word(cell(element, "feature_id")), piece["featureId"]);
                    assert_eq!(word(cell(element, "quote")), piece["quote"]);
                    assert_eq!(word(cell(element, "voice")), piece["voice"]);
                    assert_eq!(word(cell(element, "field")), piece["span"]["field"]);
                    assert_eq!(word(cell(element, "message")), piece["message"]);
                    assert_eq!(Value::from(element.get_int(2).unwrap()), piece["span"]["start"]);
                    assert_eq!(Value::from(element.get_int(3).unwrap()), piece["span"]["end"]);
                    assert_eq!(number(cell(element, "severity")), piece["severity"]);
                }
            }
        }
        let columns = rows[0].get_column_iter().count();
        assert_eq!(columns, features + 8 + 8 + usize::from(view == "full"), "{view}");
    }
    assert_eq!(folder.names().iter().filter(|name| name.contains("part")).count(), 0);
}
