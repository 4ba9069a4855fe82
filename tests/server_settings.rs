//! Settings: where they come from, and their bounds.

#![cfg(unix)]

mod common;

use candor::rpc::Limits;
use candor::server::Settings;
use common::process::{candor, write};

#[test]
fn settings_come_from_flags_the_environment_and_a_file_in_this_order() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(
        folder.path(),
        "candor.toml",
        "max_text_bytes = 1000\nmax_streams = 7\nlog_format = \"json\"\nreflection = false\n",
    );
    let output = candor()
        .args(["serve", "--check-config", "--config", &file, "--log-format", "text"])
        .env("CANDOR_MAX_STREAMS", "8")
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for line in [
        "max_text_bytes = 1000 # file",
        "max_streams = 8 # environment",
        "log_format = \"text\" # flag",
        "reflection = false # file",
        "listen = \"127.0.0.1:50051\" # default",
    ] {
        assert!(printed.lines().any(|printed| printed == line), "{line} in\n{printed}");
    }
    // What is printed is a configuration file of the same meaning.
    let again = write(folder.path(), "again.toml", &printed);
    let output = candor().args(["serve", "--check-config", "--config", &again]).output().unwrap();
    let values = |text: &str| text.lines().map(|line| line.split(" # ").next().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(values(&String::from_utf8(output.stdout).unwrap()), values(&printed));
}

#[test]
fn settings_that_cannot_be_are_refused_as_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    let unknown = write(folder.path(), "unknown.toml", "max_text_byte = 1\n");
    let wrong = write(folder.path(), "wrong.toml", "max_deadline = \"soon\"\n");
    let refused = |arguments: &[&str], variable: Option<(&str, &str)>, problem: &str| {
        let output = candor().arg("serve").args(arguments).envs(variable).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
        assert!(told.contains(problem), "{problem} in {told}");
    };
    refused(&["--config", &unknown], None, "is \"max_text_bytes\" meant?");
    refused(&["--config", &wrong], None, "--max-deadline");
    refused(&["--config", "/nowhere/candor.toml"], None, "/nowhere/candor.toml");
    refused(&[], Some(("CANDOR_MAX_STREAM", "1")), "is \"CANDOR_MAX_STREAMS\" meant?");
    refused(&["--listen", "0.0.0.0:0"], None, "--allow-insecure");
    refused(&["--max-in-flight-bytes", "1000"], None, "must be at least");
    refused(&["--max-streams", "0"], None, "--max-streams");
}

#[test]
fn the_example_is_sound_and_a_check_reads_the_files_that_settings_name() {
    let folder = tempfile::tempdir().unwrap();
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    write(folder.path(), "server.pem", own.cert.pem());
    write(folder.path(), "server.key", own.signing_key.serialize_pem());
    let keys = |line: &str| write(folder.path(), "keys", line);
    let model = write(folder.path(), "model.json", "{}");
    let example = include_str!("../deploy/candor.toml").replace("/etc/candor", folder.path().to_str().unwrap());
    let example = write(folder.path(), "candor.toml", &example);

    let (code, told) = checked(&["--config", &example], None);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("keys"), "the file of keys is not there: {told}");
    keys("desk no-hash\n");
    let (code, told) = checked(&["--config", &example], None);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("keys") && told.contains("line 1"), "{told}");
    keys(&format!("desk {}\n", "0".repeat(64)));
    let (code, told) = checked(&["--config", &example], None);
    assert_eq!(code, Some(0), "{told}");
    let (code, told) = checked(&["--config", &example, "--model", &model], None);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("model.json"), "{told}");
    write(folder.path(), "server.pem", "no certificate");
    let (code, told) = checked(&["--config", &example], None);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("server.pem"), "{told}");
}

#[test]
fn threads_are_a_number_or_as_many_as_there_are_cores() {
    for (value, code) in
        [("auto", 0), ("0", 2), ("1", 0), ("2", 0), ("1023", 0), ("1024", 0), ("1025", 2), ("-1", 2), ("many", 2)]
    {
        let (found, told) = checked(&[&format!("--threads={value}")], None);
        assert_eq!(found, Some(code), "{value}: {told}");
        assert!(code == 0 || told.contains("--threads") && told.contains("1 to 1024"), "{told}");
    }
    assert_eq!(checked(&[], Some(("CANDOR_THREADS", "0"))).0, Some(2));
}

/// The exit code of `serve --check-config`, and what it says.
fn checked(arguments: &[&str], variable: Option<(&str, &str)>) -> (Option<i32>, String) {
    let output = candor().args(["serve", "--check-config"]).args(arguments).envs(variable).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn numbers_of_the_settings_have_bounds_that_a_refusal_names() {
    // Beside the largest texts, room for them.
    const ROOM: &str = "--max-in-flight-bytes=8589934590";
    for (setting, least, most) in [
        ("max-text-bytes", 1_u64, Limits::MOST_TEXT_BYTES as u64),
        ("max-batch-articles", 1, Limits::MOST_BATCH_ARTICLES as u64),
        ("max-evidence", 1, 1_000_000),
        ("max-header-bytes", 4_096, 1_048_576),
        ("max-streams", 1, 100_000),
        ("max-connections", 1, 1_000_000),
        ("max-calls-per-connection", 1, 100_000),
    ] {
        for (value, fits) in
            [(least - 1, false), (least, true), (least + 1, true), (most - 1, true), (most, true), (most + 1, false)]
        {
            let (code, told) = checked(&[ROOM, &format!("--{setting}={value}")], None);
            assert_eq!(code, Some(if fits { 0 } else { 2 }), "{setting} {value}: {told}");
            for named in [format!("--{setting}"), format!("'{value}'"), format!("{least}..={most}")] {
                assert!(fits || told.contains(&named), "{named} in {told}");
            }
        }
    }
}

#[test]
fn room_for_calls_is_bounded_by_the_greatest_request_and_by_what_can_be_counted() {
    let least = Settings::least_in_flight_bytes(&Limits::default());
    let most = 8_589_934_590;
    for (value, told_bound) in [
        (0, Some("1..=8589934590".to_owned())),
        (least - 1, Some(format!("at least {least}"))),
        (least, None),
        (least + 1, None),
        (most - 1, None),
        (most, None),
        (most + 1, Some("1..=8589934590".to_owned())),
    ] {
        let (code, told) = checked(&[&format!("--max-in-flight-bytes={value}")], None);
        assert_eq!(code, Some(if told_bound.is_none() { 0 } else { 2 }), "{value}: {told}");
        for named in told_bound.into_iter().flat_map(|bound| [bound, "--max-in-flight-bytes".into(), value.to_string()])
        {
            assert!(told.contains(&named), "{named} in {told}");
        }
    }
}

#[test]
fn times_and_shares_of_the_settings_have_bounds_that_a_refusal_names() {
    const WEEK: u64 = 7 * 24 * 3_600 * 1_000;
    let (zero, long) = (Some("must not be zero"), Some("at most a week"));
    let mut cases = Vec::new();
    for setting in ["max-deadline", "keepalive-interval", "keepalive-timeout", "max-connection-age", "drain-delay"]
        .into_iter()
        .chain(["shutdown-timeout", "reload-interval"])
    {
        let none_is_fine = setting == "drain-delay";
        for (time, bound) in
            [(0, zero.filter(|_| !none_is_fine)), (1, None), (WEEK - 1, None), (WEEK, None), (WEEK + 1, long)]
        {
            cases.push((setting, format!("{time}ms"), bound));
        }
    }
    let share = Some("from 0 to 1");
    for (value, bound) in
        [("-0.000001", share), ("0", None), ("0.000001", None), ("0.999999", None), ("1", None), ("1.000001", share)]
    {
        cases.push(("trace-ratio", value.to_owned(), bound));
    }
    let port = Some("an address is HOST:PORT");
    for (value, bound) in [("127.0.0.1:0", None), ("127.0.0.1:65535", None), ("127.0.0.1:65536", port)] {
        cases.extend(["listen", "admin-listen"].map(|setting| (setting, value.to_owned(), bound)));
    }
    for (setting, value, bound) in cases {
        let (code, told) = checked(&[&format!("--{setting}={value}")], None);
        assert_eq!(code, Some(if bound.is_none() { 0 } else { 2 }), "{setting} {value}: {told}");
        for named in bound.iter().flat_map(|bound| [(*bound).to_owned(), format!("--{setting}"), format!("'{value}'")])
        {
            assert!(told.contains(&named), "{named} in {told}");
        }
    }
}

#[test]
fn bounds_hold_wherever_a_setting_comes_from() {
    let folder = tempfile::tempdir().unwrap();
    for (value, fits) in [("100000", true), ("100001", false)] {
        let file = write(folder.path(), "candor.toml", format!("max_streams = {value}\n"));
        let by_file: &[&str] = &["--config", &file];
        for (arguments, variable) in [(by_file, None), (&[], Some(("CANDOR_MAX_STREAMS", value)))] {
            let (code, told) = checked(arguments, variable);
            assert_eq!(code, Some(if fits { 0 } else { 2 }), "{value}: {told}");
            for named in ["--max-streams", value, "1..=100000"] {
                assert!(fits || told.contains(named), "{named} in {told}");
            }
        }
    }
}

#[test]
fn a_configuration_file_has_at_most_a_mebibyte() {
    let folder = tempfile::tempdir().unwrap();
    let limit = 1 << 20;
    for (size, fits) in [(limit - 1, true), (limit, true), (limit + 1, false)] {
        let file = write(folder.path(), "candor.toml", format!("#{}", " ".repeat(size - 1)));
        let (code, told) = checked(&["--config", &file], None);
        assert_eq!(code, Some(if fits { 0 } else { 2 }), "{size}: {told}");
        for named in [file, size.to_string(), limit.to_string()] {
            assert!(fits || told.contains(&named), "{named} in {told}");
        }
    }
}
