//! One set of settings from three places: flags win over the environment, and that over a TOML file. The
//! file's keys are the flags' names and its values go through the flags' own checks, so the three cannot
//! disagree.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::Path;

use clap::parser::ValueSource;
use clap::{ArgMatches, Command, CommandFactory as _, FromArgMatches as _};

use super::serve::ServeArgs;
use super::{Cli, Command as Subcommand};

/// The greatest configuration file that is read.
const MOST_BYTES: u64 = 1 << 20;

/// Settings from everywhere.
pub(super) struct Configured {
    pub(super) args: ServeArgs,
    /// Each with its value and where it comes from, as a configuration file.
    pub(super) in_force: String,
}

/// Adds what `file` sets to what flags and environment have set.
///
/// # Errors
/// A sentence on what is wrong with the file or with a variable of the environment.
pub(super) fn complete(args: ServeArgs, file: Option<&Path>) -> Result<Configured, String> {
    let command = Cli::command();
    check_environment(&command, std::env::vars_os().map(|(name, _)| name))?;
    let given: Vec<OsString> = std::env::args_os().collect();
    let matches = matches(&command, &given)?;
    let serve = matches.subcommand_matches("serve").ok_or("The command is not serve.")?;
    let Some(file) = file else {
        let in_force = in_force(&command, serve, &[]);
        return Ok(Configured { args, in_force });
    };
    let named = |problem: String| format!("{}: {problem}", file.display());
    let text = read(file).map_err(named)?;
    let set = settings(&command, &text).map_err(named)?;
    let added: Vec<&Setting> = set.iter().filter(|setting| !is_given(serve, &setting.id)).collect();
    let words = given.iter().cloned().chain(added.iter().flat_map(|setting| setting.words()));
    let matches = self::matches(&command, &words.collect::<Vec<_>>()).map_err(named)?;
    let serve = matches.subcommand_matches("serve").ok_or("The command is not serve.")?;
    let from_file: Vec<&str> = added.iter().map(|setting| setting.id.as_str()).collect();
    let in_force = in_force(&command, serve, &from_file);
    let cli = Cli::from_arg_matches(&matches).map_err(|error| first_line(&error))?;
    match cli.command {
        Subcommand::Serve(args) => Ok(Configured { args: *args, in_force }),
        _ => Err("The command is not serve.".to_owned()),
    }
}

/// Checks the text of a file as `candor serve` would, nothing else being set; `command` is that of [`Cli`].
///
/// # Errors
/// A sentence on what is wrong with it.
pub fn check(command: &Command, text: &str) -> Result<(), String> {
    let set = settings(command, text)?;
    let words = ["candor", "serve"].map(OsString::from).into_iter();
    let words = words.chain(set.iter().flat_map(Setting::words)).collect::<Vec<_>>();
    let matches = matches(command, &words)?;
    Cli::from_arg_matches(&matches).map(|_| ()).map_err(|error| first_line(&error))
}

/// One line of a file, as it would stand on the command line.
#[derive(Debug, PartialEq, Eq)]
struct Setting {
    id: String,
    values: Vec<String>,
}

impl Setting {
    fn words(&self) -> impl Iterator<Item = OsString> {
        let flag = self.id.replace('_', "-");
        self.values.iter().map(move |value| format!("--{flag}={value}").into())
    }
}

fn read(file: &Path) -> Result<String, String> {
    let size = std::fs::metadata(file).map_err(|error| format!("{error}."))?.len();
    if size > MOST_BYTES {
        return Err(format!("the file has {size} bytes; at most {MOST_BYTES} are read."));
    }
    std::fs::read_to_string(file).map_err(|error| format!("{error}."))
}

fn matches(command: &Command, words: &[OsString]) -> Result<ArgMatches, String> {
    command.clone().try_get_matches_from(words).map_err(|error| first_line(&error))
}

/// What clap says in one line: the rest tells of flags, and the fault is in a file.
fn first_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
    format!("{line}.")
}

fn is_given(serve: &ArgMatches, id: &str) -> bool {
    matches!(serve.value_source(id), Some(ValueSource::CommandLine | ValueSource::EnvVariable))
}

fn serve_command(command: &Command) -> Option<&Command> {
    command.find_subcommand("serve")
}

/// The keys that a file may have.
fn known(command: &Command) -> Vec<&str> {
    let arguments = serve_command(command).into_iter().flat_map(Command::get_arguments);
    let ids = arguments.map(|argument| argument.get_id().as_str());
    ids.filter(|id| !matches!(*id, "config" | "check_config" | "help")).collect()
}

/// Reads a file's text.
fn settings(command: &Command, text: &str) -> Result<Vec<Setting>, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let line = error.span().map_or(0, |span| text.get(..span.start).unwrap_or_default().matches('\n').count() + 1);
        format!("line {line} is not TOML: {}.", error.message())
    })?;
    let known = known(command);
    let mut settings = Vec::new();
    for (key, value) in table {
        if !known.contains(&key.as_str()) {
            return Err(format!("there is no setting {key:?}{}", nearest(&key, known.iter().copied())));
        }
        let values = match value {
            toml::Value::Array(values) => values.iter().map(|value| plain(&key, value)).collect::<Result<_, _>>()?,
            value => vec![plain(&key, &value)?],
        };
        settings.push(Setting { id: key, values });
    }
    Ok(settings)
}

fn plain(key: &str, value: &toml::Value) -> Result<String, String> {
    match value {
        toml::Value::String(text) => Ok(text.clone()),
        toml::Value::Integer(number) => Ok(number.to_string()),
        toml::Value::Float(number) => Ok(number.to_string()),
        toml::Value::Boolean(switch) => Ok(switch.to_string()),
        toml::Value::Datetime(_) | toml::Value::Array(_) | toml::Value::Table(_) => {
            Err(format!("{key:?} must be a text, a number or a switch."))
        }
    }
}

/// A guess at what was meant, to end a sentence.
fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let near = known.into_iter().map(|known| (strsim::damerau_levenshtein(name, known), known)).min();
    match near {
        Some((distance, known)) if distance <= name.len().max(6) / 3 => format!("; is {known:?} meant?"),
        _ => ".".to_owned(),
    }
}

/// Refuses variables that look like settings and are none.
fn check_environment(command: &Command, names: impl IntoIterator<Item = OsString>) -> Result<(), String> {
    let arguments = command.get_subcommands().flat_map(Command::get_arguments);
    let known: Vec<&str> = arguments.filter_map(|argument| argument.get_env()?.to_str()).collect();
    for name in names {
        let Some(name) = name.to_str().filter(|name| name.starts_with("CANDOR_")) else { continue };
        if !known.contains(&name) && !is_service_link(name) {
            let guess = nearest(name, known);
            return Err(format!("There is no setting for the environment variable {name}{guess}"));
        }
    }
    Ok(())
}

/// Kubernetes sets such variables for every service of a namespace; one may be called candor.
fn is_service_link(name: &str) -> bool {
    ["_SERVICE_HOST", "_SERVICE_PORT", "_PORT"]
        .iter()
        .any(|part| name.find(part).is_some_and(|at| matches!(name.as_bytes().get(at + part.len()), None | Some(b'_'))))
}

/// What is in force, as a configuration file. Nothing in it is secret: keys are named by their files. A
/// collector's address may hold a password, which is left out.
fn in_force(command: &Command, serve: &ArgMatches, from_file: &[&str]) -> String {
    let mut text = String::new();
    let Some(command) = serve_command(command) else { return text };
    for argument in command.get_arguments() {
        let id = argument.get_id().as_str();
        if !known_to(serve, id) || matches!(id, "config" | "check_config" | "help") {
            continue;
        }
        let source = match serve.value_source(id) {
            _ if from_file.contains(&id) => "file",
            Some(ValueSource::CommandLine) => "flag",
            Some(ValueSource::EnvVariable) => "environment",
            _ => "default",
        };
        let values: Vec<String> =
            serve.get_raw(id).into_iter().flatten().map(|raw| shown(id, &raw.to_string_lossy())).collect();
        let several = matches!(id, "client_name" | "web_origin");
        // Writing to a string cannot fail.
        let _ = match values.as_slice() {
            [] => writeln!(text, "# {id} is not set"),
            [value] if !several => writeln!(text, "{id} = {value} # {source}"),
            values => writeln!(text, "{id} = [{}] # {source}", values.join(", ")),
        };
    }
    text
}

fn known_to(serve: &ArgMatches, id: &str) -> bool {
    serve.try_contains_id(id).is_ok()
}

fn shown(id: &str, value: &str) -> String {
    let value = match (id, value.split_once("://").map(|(scheme, rest)| (scheme, rest.rsplit_once('@')))) {
        ("otlp_endpoint", Some((scheme, Some((_, host))))) => format!("{scheme}://[redacted]@{host}"),
        _ => value.to_owned(),
    };
    match value.as_str() {
        "true" | "false" => value,
        number if number.parse::<f64>().is_ok_and(f64::is_finite) => value,
        text => toml::Value::String(text.to_owned()).to_string(),
    }
}

/// The same for a log.
pub(super) fn one_line(in_force: &str) -> String {
    let set = in_force.lines().filter(|line| !line.starts_with('#'));
    let pairs = set.filter_map(|line| line.rsplit_once(" # ")).filter(|(_, source)| *source != "default");
    pairs.map(|(pair, _)| pair).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_sets_texts_numbers_switches_and_lists() {
        let text = "listen = \"127.0.0.1:1\"\nmax_text_bytes = 5\nreflection = false\ntrace_ratio = 0.5\nclient_name = [\"a\", \"b\"]";
        let set = settings(&Cli::command(), text).unwrap();
        let words: Vec<_> = set.iter().flat_map(Setting::words).collect();
        for word in [
            "--listen=127.0.0.1:1",
            "--max-text-bytes=5",
            "--reflection=false",
            "--trace-ratio=0.5",
            "--client-name=a",
            "--client-name=b",
        ] {
            assert!(words.contains(&word.into()), "{word}");
        }
        let words = ["candor", "serve"].map(OsString::from).into_iter().chain(words);
        assert!(matches(&Cli::command(), &words.collect::<Vec<_>>()).is_ok());
    }

    #[test]
    fn what_a_file_may_not_hold_is_named() {
        for (text, problem) in [
            ("max_text_byte = 5", "there is no setting \"max_text_byte\"; is \"max_text_bytes\" meant?"),
            ("sandwich = 5", "there is no setting \"sandwich\"."),
            ("config = \"other\"", "there is no setting \"config\"."),
            ("check_config = true", "there is no setting \"check_config\"."),
            ("[server]\nlisten = 5", "there is no setting \"server\"."),
            ("listen = { a = 5 }", "\"listen\" must be a text, a number or a switch."),
            ("client_name = [[1]]", "\"client_name\" must be a text, a number or a switch."),
        ] {
            let error = settings(&Cli::command(), text).unwrap_err();
            assert!(error.starts_with(problem), "{error}");
        }
        let error = settings(&Cli::command(), "listen = \"a\"\n= 5\n").unwrap_err();
        assert!(error.starts_with("line 2 is not TOML: "), "{error}");
    }

    #[test]
    fn variables_are_known_or_refused() {
        let check = |name: &str| check_environment(&Cli::command(), [name.into()]);
        for fine in [
            "PATH",
            "CANDOR_LISTEN",
            "CANDOR_MODEL",
            "CANDOR_SERVICE_HOST",
            "CANDOR_PORT",
            "CANDOR_PORT_50051_TCP_ADDR",
            "CANDOR_WEB_SERVICE_PORT_GRPC",
        ] {
            assert_eq!(check(fine), Ok(()), "{fine}");
        }
        let error = check("CANDOR_LISTENS").unwrap_err();
        assert!(error.ends_with("CANDOR_LISTENS; is \"CANDOR_LISTEN\" meant?"), "{error}");
        assert!(check("CANDOR_PORTAL").is_err());
    }

    #[test]
    fn a_password_in_an_address_is_not_shown() {
        assert_eq!(shown("otlp_endpoint", "http://me:secret@host:4317"), "\"http://[redacted]@host:4317\"");
        assert_eq!(shown("otlp_endpoint", "http://host:4317"), "\"http://host:4317\"");
    }
}
