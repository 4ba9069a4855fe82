//! What went wrong, in the error model of google.rpc.

use std::collections::HashMap;
use std::fmt;

use prost::Message as _;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt as _};

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

    fn code(&self) -> Code {
        match &self.0 {
            Kind::Invalid(_) => Code::InvalidArgument,
            Kind::Internal => Code::Internal,
            Kind::Stopping => Code::Unavailable,
        }
    }

    fn details(&self) -> ErrorDetails {
        match &self.0 {
            Kind::Invalid(violations) => {
                let (reason, metadata) = headline(violations);
                let mut details = ErrorDetails::with_error_info(reason, DOMAIN, metadata);
                details.set_bad_request(violations.iter().map(FieldViolation::from).collect::<Vec<_>>());
                details
            }
            Kind::Internal => ErrorDetails::with_error_info("INTERNAL", DOMAIN, HashMap::new()),
            Kind::Stopping => ErrorDetails::with_error_info("STOPPING", DOMAIN, HashMap::new()),
        }
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
        }
    }
}

impl std::error::Error for Error {}

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        Status::with_error_details(error.code(), error.to_string(), error.details())
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
        errors.extend([Error::internal(), Error::stopping()]);
        assert_eq!(errors.len(), EVERY_PROBLEM.len() + 2);
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
