//! What went wrong, in the error model of google.rpc.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use prost::Message as _;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt as _};

use super::limits::Limits;

/// How long the caller of a service that stops had better wait: another one takes its calls.
const STOPPING_RETRY: Duration = Duration::from_millis(100);

/// The domain of every `google.rpc.ErrorInfo`.
pub const DOMAIN: &str = "candor";

/// Why a request, or one article of it, has no report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// Never empty.
    Invalid(Vec<Violation>),
    /// Scoring panicked.
    Internal,
    /// The service is going away.
    Stopping,
    /// There is no room for the call now.
    Overloaded { retry: Duration },
    /// One key has called too often.
    RateLimited { retry: Duration },
    /// The time was up when `stage` was to begin.
    Deadline { stage: &'static str },
    /// Nobody waits for the answer any more.
    Cancelled,
    /// A pinned model is not the one in use.
    UnknownModel { asked: String, in_use: String },
    /// The call shows no key, or one that is not known.
    Unauthenticated,
    /// The client's certificate has no name that may call.
    PermissionDenied,
    /// A message that the transport would not read to its end.
    MessageTooLarge { limit: usize },
    /// Bytes that are no message, or are compressed wrongly.
    Malformed,
    /// There is no such method.
    UnknownMethod,
    /// A compression that is not accepted.
    UnknownCompression,
}

/// One field that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// A path, such as `articles[3].text`.
    pub field: String,
    pub problem: Problem,
}

/// How a field is wrong. Sizes are in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    Missing,
    TextTooLarge { bytes: usize, limit: usize },
    TooLong { bytes: usize, limit: usize },
    UnknownValue { number: i32 },
    Negative { number: i32 },
    NotATime,
    NoArticles,
    TooManyArticles { count: usize, limit: usize },
    RequestTooLarge { bytes: usize, limit: usize },
}

impl Problem {
    /// The reason that a program tells problems apart by.
    fn reason(self) -> &'static str {
        match self {
            Problem::Missing => "REQUIRED",
            Problem::TextTooLarge { .. } => "TEXT_TOO_LARGE",
            Problem::TooLong { .. } => "FIELD_TOO_LONG",
            Problem::UnknownValue { .. } => "UNKNOWN_ENUM_VALUE",
            Problem::Negative { .. } => "NEGATIVE",
            Problem::NotATime => "TIME_OUT_OF_RANGE",
            Problem::NoArticles => "NO_ARTICLES",
            Problem::TooManyArticles { .. } => "TOO_MANY_ARTICLES",
            Problem::RequestTooLarge { .. } => "REQUEST_TOO_LARGE",
        }
    }

    /// The numbers of the sentence, for a program.
    fn metadata(self) -> HashMap<String, String> {
        let numbers: Vec<(&str, String)> = match self {
            Problem::Missing | Problem::NotATime | Problem::NoArticles => Vec::new(),
            Problem::TextTooLarge { bytes, limit } => {
                vec![("textBytes", bytes.to_string()), ("maxTextBytes", limit.to_string())]
            }
            Problem::TooLong { bytes, limit } => {
                vec![("fieldBytes", bytes.to_string()), ("maxFieldBytes", limit.to_string())]
            }
            Problem::UnknownValue { number } | Problem::Negative { number } => {
                vec![("number", number.to_string())]
            }
            Problem::TooManyArticles { count, limit } => {
                vec![("articleCount", count.to_string()), ("maxBatchArticles", limit.to_string())]
            }
            Problem::RequestTooLarge { bytes, limit } => {
                vec![("requestBytes", bytes.to_string()), ("maxRequestBytes", limit.to_string())]
            }
        };
        numbers.into_iter().map(|(name, number)| (name.to_owned(), number)).collect()
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = &self.field;
        match self.problem {
            Problem::Missing => write!(f, "{field} is required."),
            Problem::TextTooLarge { bytes, limit } | Problem::TooLong { bytes, limit } => {
                write!(f, "{field} has {bytes} bytes; at most {limit} are accepted.")
            }
            Problem::UnknownValue { number } => {
                write!(f, "{field} has no value with the number {number}.")
            }
            Problem::Negative { number } => {
                write!(f, "{field} is {number}; it must not be negative.")
            }
            Problem::NotATime => write!(f, "{field} must lie in the years 1 to 9999, with nanos from 0 to 999999999."),
            Problem::NoArticles => write!(f, "{field} is empty; at least one article is required."),
            Problem::TooManyArticles { count, limit } => {
                write!(f, "{field} has {count} articles; at most {limit} are accepted.")
            }
            Problem::RequestTooLarge { bytes, limit } => {
                write!(f, "{field} and the rest of the request have {bytes} bytes; at most {limit} are accepted.")
            }
        }
    }
}

impl Error {
    /// Nothing if there is no violation.
    #[must_use]
    pub fn invalid(violations: Vec<Violation>) -> Option<Self> {
        (!violations.is_empty()).then_some(Error(Kind::Invalid(violations)))
    }

    /// A fault of ours. What exactly is for the log, not for the caller.
    #[must_use]
    pub fn internal() -> Self {
        Error(Kind::Internal)
    }

    /// The service takes no more work.
    #[must_use]
    pub fn stopping() -> Self {
        Error(Kind::Stopping)
    }

    /// There is no room for the call; after `retry` there may be.
    #[must_use]
    pub fn overloaded(retry: Duration) -> Self {
        Error(Kind::Overloaded { retry })
    }

    /// The caller's key may not call before `retry` has passed.
    #[must_use]
    pub fn rate_limited(retry: Duration) -> Self {
        Error(Kind::RateLimited { retry })
    }

    /// The time was up when `stage` was to begin.
    #[must_use]
    pub fn deadline(stage: &'static str) -> Self {
        Error(Kind::Deadline { stage })
    }

    /// Nobody waits for the answer any more.
    #[must_use]
    pub fn cancelled() -> Self {
        Error(Kind::Cancelled)
    }

    /// The model that was `asked` for is not the one `in_use`.
    #[must_use]
    pub fn unknown_model(asked: &str, in_use: &str) -> Self {
        Error(Kind::UnknownModel { asked: asked.to_owned(), in_use: in_use.to_owned() })
    }

    /// The call shows no key, or one that is not known. Which of them is for the log.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Error(Kind::Unauthenticated)
    }

    /// The client's certificate has no name that may call.
    #[must_use]
    pub fn permission_denied() -> Self {
        Error(Kind::PermissionDenied)
    }

    /// A message has more than `limit` bytes.
    #[must_use]
    pub fn message_too_large(limit: usize) -> Self {
        Error(Kind::MessageTooLarge { limit })
    }

    /// Bytes that are no message, or are compressed wrongly.
    #[must_use]
    pub fn malformed() -> Self {
        Error(Kind::Malformed)
    }

    /// Messages are compressed in a way that is not accepted.
    #[must_use]
    pub fn unknown_compression() -> Self {
        Error(Kind::UnknownCompression)
    }

    /// What the transport refused, in our terms. Its own errors carry no details, and some codes that
    /// clients do not expect; ours always carry details and pass as they are.
    #[must_use]
    pub fn of_transport(status: &Status, limits: &Limits) -> Option<Self> {
        if !status.details().is_empty() {
            return None;
        }
        let kind = match status.code() {
            // A message over the limit, before and after decompression.
            Code::OutOfRange | Code::ResourceExhausted => Kind::MessageTooLarge { limit: limits.max_request_bytes() },
            Code::Unimplemented if status.message().is_empty() => Kind::UnknownMethod,
            Code::Unimplemented => Kind::UnknownCompression,
            // What tonic says of bytes that do not decode or decompress, and of a call without its message.
            Code::Internal | Code::InvalidArgument => Kind::Malformed,
            Code::Cancelled => Kind::Cancelled,
            _ => return None,
        };
        Some(Error(kind))
    }

    /// The code and the reason, which belong together.
    fn code_and_reason(&self) -> (Code, &'static str) {
        match &self.0 {
            Kind::Invalid(violations) => (Code::InvalidArgument, headline(violations).0),
            Kind::Internal => (Code::Internal, "INTERNAL"),
            Kind::Stopping => (Code::Unavailable, "STOPPING"),
            Kind::Overloaded { .. } => (Code::ResourceExhausted, "OVERLOADED"),
            Kind::RateLimited { .. } => (Code::ResourceExhausted, "RATE_LIMITED"),
            Kind::Deadline { .. } => (Code::DeadlineExceeded, "DEADLINE_EXCEEDED"),
            Kind::Cancelled => (Code::Cancelled, "CANCELLED"),
            Kind::UnknownModel { .. } => (Code::NotFound, "UNKNOWN_MODEL_VERSION"),
            Kind::Unauthenticated => (Code::Unauthenticated, "UNAUTHENTICATED"),
            Kind::PermissionDenied => (Code::PermissionDenied, "PERMISSION_DENIED"),
            Kind::MessageTooLarge { .. } => (Code::InvalidArgument, "REQUEST_TOO_LARGE"),
            Kind::Malformed => (Code::InvalidArgument, "MALFORMED_REQUEST"),
            Kind::UnknownMethod => (Code::Unimplemented, "UNKNOWN_METHOD"),
            Kind::UnknownCompression => (Code::Unimplemented, "UNKNOWN_COMPRESSION"),
        }
    }

    fn metadata(&self) -> HashMap<String, String> {
        let pair = |name: &str, value: &dyn fmt::Display| HashMap::from([(name.to_owned(), value.to_string())]);
        match &self.0 {
            Kind::Invalid(violations) => headline(violations).1,
            Kind::Deadline { stage } => pair("stage", stage),
            Kind::UnknownModel { asked, in_use } => {
                let mut metadata = pair("modelVersion", asked);
                metadata.extend(pair("modelVersionInUse", in_use));
                metadata
            }
            Kind::MessageTooLarge { limit } => pair("maxRequestBytes", limit),
            Kind::Internal
            | Kind::Stopping
            | Kind::Overloaded { .. }
            | Kind::RateLimited { .. }
            | Kind::Cancelled
            | Kind::Unauthenticated
            | Kind::PermissionDenied
            | Kind::Malformed
            | Kind::UnknownMethod
            | Kind::UnknownCompression => HashMap::new(),
        }
    }

    /// When to come again, where that may help.
    fn retry(&self) -> Option<Duration> {
        match &self.0 {
            Kind::Overloaded { retry } | Kind::RateLimited { retry } => Some(*retry),
            Kind::Stopping => Some(STOPPING_RETRY),
            _ => None,
        }
    }

    fn details(&self) -> ErrorDetails {
        let mut details = ErrorDetails::with_error_info(self.code_and_reason().1, DOMAIN, self.metadata());
        if let Kind::Invalid(violations) = &self.0 {
            details.set_bad_request(violations.iter().map(FieldViolation::from).collect::<Vec<_>>());
        }
        if let Some(retry) = self.retry() {
            details.set_retry_info(Some(retry));
        }
        details
    }
}

/// The one reason of an error with several violations. The size of a text outranks the rest, for it is
/// the one that a caller mends by splitting, not by correcting its program.
fn headline(violations: &[Violation]) -> (&'static str, HashMap<String, String>) {
    let too_large = violations.iter().find(|violation| matches!(violation.problem, Problem::TextTooLarge { .. }));
    match (too_large, violations) {
        (Some(violation), _) | (None, [violation]) => (violation.problem.reason(), violation.problem.metadata()),
        (None, several) => {
            let count = several.len().to_string();
            let metadata = HashMap::from([("violationCount".to_owned(), count)]);
            ("INVALID_REQUEST", metadata)
        }
    }
}

impl From<&Violation> for FieldViolation {
    fn from(violation: &Violation) -> Self {
        FieldViolation {
            reason: violation.problem.reason().to_owned(),
            ..FieldViolation::new(&violation.field, violation.to_string())
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Invalid(violations) => {
                for (index, violation) in violations.iter().enumerate() {
                    let gap = if index == 0 { "" } else { " " };
                    write!(f, "{gap}{violation}")?;
                }
                Ok(())
            }
            Kind::Internal => f.write_str("The article could not be scored because of a fault in the service."),
            Kind::Stopping => f.write_str("The service is stopping."),
            Kind::Overloaded { .. } => f.write_str("The service is busy; try again in a moment."),
            Kind::RateLimited { .. } => f.write_str("This key calls more often than it may; try again in a moment."),
            Kind::Deadline { stage } => write!(f, "The deadline passed before the stage {stage}."),
            Kind::Cancelled => f.write_str("The call was cancelled."),
            Kind::UnknownModel { asked, in_use } => {
                write!(f, "The model {asked:?} is not loaded; {in_use} is in use.")
            }
            Kind::Unauthenticated => f.write_str("The call carries no key that is known here."),
            Kind::PermissionDenied => f.write_str("The client's certificate has no name that may call."),
            Kind::MessageTooLarge { limit } => {
                write!(f, "A message of the request is too large; at most {limit} bytes are accepted.")
            }
            Kind::Malformed => f.write_str("The request is no well-formed message of this method."),
            Kind::UnknownMethod => f.write_str("There is no such method."),
            Kind::UnknownCompression => f.write_str("The request's compression is not accepted; gzip and zstd are."),
        }
    }
}

impl std::error::Error for Error {}

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        let code = error.code_and_reason().0;
        let mut status = Status::with_error_details(code, error.to_string(), error.details());
        // What a client that retries by itself waits for; it does not read details.
        if let (Code::ResourceExhausted, Some(retry)) = (code, error.retry()) {
            let delay = retry.as_millis().to_string();
            if let Ok(delay) = delay.parse() {
                status.metadata_mut().insert("grpc-retry-pushback-ms", delay);
            }
        }
        status
    }
}

impl From<Error> for tonic_types::Status {
    fn from(error: Error) -> Self {
        message(&Status::from(error))
    }
}

/// The same error as a message, for a slot or a line of output.
#[must_use]
pub fn message(status: &Status) -> tonic_types::Status {
    // The details of a rich status are the encoded message itself.
    tonic_types::Status::decode(status.details())
        .ok()
        .filter(|decoded| decoded.code == status.code() as i32)
        .unwrap_or_else(|| tonic_types::Status {
            code: status.code() as i32,
            message: status.message().to_owned(),
            details: Vec::new(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn violation(field: &str, problem: Problem) -> Violation {
        Violation { field: field.to_owned(), problem }
    }

    const EVERY_PROBLEM: [Problem; 9] = [
        Problem::Missing,
        Problem::TextTooLarge { bytes: 9, limit: 8 },
        Problem::TooLong { bytes: 9, limit: 8 },
        Problem::UnknownValue { number: 99 },
        Problem::Negative { number: -1 },
        Problem::NotATime,
        Problem::NoArticles,
        Problem::TooManyArticles { count: 9, limit: 8 },
        Problem::RequestTooLarge { bytes: 9, limit: 8 },
    ];

    #[test]
    fn every_error_has_one_error_info_of_our_domain() {
        let mut errors: Vec<Error> = EVERY_PROBLEM
            .iter()
            .filter_map(|&problem| Error::invalid(vec![violation("article.text", problem)]))
            .collect();
        errors.extend([
            Error::internal(),
            Error::stopping(),
            Error::overloaded(Duration::from_millis(250)),
            Error::rate_limited(Duration::from_secs(1)),
            Error::deadline("claims"),
            Error::cancelled(),
            Error::unknown_model("a-1", "b-2"),
            Error::unauthenticated(),
            Error::permission_denied(),
        ]);
        let transport = [Code::OutOfRange, Code::ResourceExhausted, Code::Unimplemented, Code::Internal];
        errors.extend(
            transport.map(|code| Error::of_transport(&Status::new(code, ""), &Limits::default()).expect("a known one")),
        );
        for error in errors {
            let status = Status::from(error.clone());
            let info = status.get_details_error_info().unwrap();
            assert_eq!(info.domain, DOMAIN);
            assert!(info.reason.chars().all(|c| c.is_ascii_uppercase() || c == '_'));
            for (name, number) in info.metadata.into_iter().collect::<std::collections::BTreeMap<_, _>>() {
                assert!(!name.contains('_'), "{name} is not lowerCamel");
                assert!(error.to_string().contains(&number), "{number} in {error}");
            }
            let message = tonic_types::Status::from(error);
            assert_eq!(message.code, status.code() as i32);
            let infos = message.details.iter().filter(|any| any.type_url.ends_with("ErrorInfo"));
            assert_eq!(infos.count(), 1);
        }
    }

    #[test]
    fn what_may_be_tried_again_says_when() {
        for (error, wait) in [
            (Error::overloaded(Duration::from_millis(251)), Some(Duration::from_millis(251))),
            (Error::stopping(), Some(STOPPING_RETRY)),
            (Error::deadline("read"), None),
        ] {
            let status = Status::from(error);
            let told = status.get_details_retry_info().and_then(|retry| retry.retry_delay);
            let pushed_back = status.metadata().get("grpc-retry-pushback-ms").is_some();
            assert_eq!(pushed_back, status.code() == Code::ResourceExhausted);
            assert_eq!(told, wait);
        }
    }

    #[test]
    fn our_own_errors_pass_the_transport_as_they_are() {
        assert_eq!(Error::of_transport(&Error::internal().into(), &Limits::default()), None);
        assert_eq!(Error::of_transport(&Status::unavailable(""), &Limits::default()), None);
    }

    #[test]
    fn every_violation_is_reported_with_its_own_reason() {
        let violations = vec![
            violation("article.id", Problem::TooLong { bytes: 9, limit: 8 }),
            violation("view", Problem::UnknownValue { number: 7 }),
        ];
        let status = Status::from(Error::invalid(violations).unwrap());
        let info = status.get_details_error_info().unwrap();
        assert_eq!(info.reason, "INVALID_REQUEST");
        let found = status.get_details_bad_request().unwrap().field_violations;
        let reasons: Vec<_> = found.iter().map(|v| (v.field.as_str(), v.reason.as_str())).collect();
        assert_eq!(reasons, [("article.id", "FIELD_TOO_LONG"), ("view", "UNKNOWN_ENUM_VALUE")]);
    }

    #[test]
    fn a_text_over_the_limit_names_both_sizes_whatever_else_is_wrong() {
        let violations = vec![
            violation("view", Problem::UnknownValue { number: 7 }),
            violation("article.text", Problem::TextTooLarge { bytes: 9, limit: 8 }),
        ];
        let status = Status::from(Error::invalid(violations).unwrap());
        let info = status.get_details_error_info().unwrap();
        assert_eq!(info.reason, "TEXT_TOO_LARGE");
        assert_eq!(info.metadata["maxTextBytes"], "8");
        assert_eq!(info.metadata["textBytes"], "9");
    }

    #[test]
    fn no_violation_is_no_error() {
        assert_eq!(Error::invalid(Vec::new()), None);
    }

    #[test]
    fn a_status_without_details_is_still_a_message() {
        let found = message(&Status::out_of_range("too far"));
        assert_eq!((found.code, found.message.as_str()), (Code::OutOfRange as i32, "too far"));
    }
}
