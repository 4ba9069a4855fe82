use std::time::Duration;

use super::convert::int;
use super::v1;

/// What a request may hold and a call may take. The only place where these numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Greatest `article.text`, in UTF-8 bytes. Invariant: 1 to [`Limits::MOST_TEXT_BYTES`].
    max_text_bytes: usize,
    /// Most articles in a batch. Invariant: 1 to [`Limits::MOST_BATCH_ARTICLES`].
    max_batch_articles: usize,
    pub max_id_bytes: usize,
    pub max_title_bytes: usize,
    pub max_source_bytes: usize,
    pub max_url_bytes: usize,
    pub max_model_version_bytes: usize,
    /// Most pieces of evidence in one report.
    pub max_evidence: usize,
    /// Greatest header list of a call, in bytes as HTTP/2 counts them.
    pub max_header_bytes: u32,
    /// Most calls that one connection may have open.
    pub max_calls_per_connection: u32,
    /// The longest that a unary call, or one article of a stream, may take, and that a caller may take nothing of an answer.
    pub max_deadline: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_text_bytes: 2 << 20,
            max_batch_articles: 100,
            max_id_bytes: 1_024,
            max_title_bytes: 4_096,
            max_source_bytes: 1_024,
            max_url_bytes: 4_096,
            max_model_version_bytes: 128,
            max_evidence: 10_000,
            max_header_bytes: 16 << 10,
            max_calls_per_connection: 256,
            max_deadline: Duration::from_secs(30),
        }
    }
}

impl Limits {
    /// The greatest settable `max_text_bytes`: offsets are 32 bits wide on the wire, and a whole
    /// request must stay well below that too.
    pub const MOST_TEXT_BYTES: usize = 128 << 20;

    /// The greatest settable `max_batch_articles`, for the same reason.
    pub const MOST_BATCH_ARTICLES: usize = 10_000;

    /// How many texts of the greatest size fit into one batch.
    const BATCH_TEXTS: usize = 8;

    /// The default limits with another bound on the text, brought into the range that offsets allow.
    #[must_use]
    pub fn with_max_text_bytes(bytes: usize) -> Self {
        Limits { max_text_bytes: bytes.clamp(1, Self::MOST_TEXT_BYTES), ..Limits::default() }
    }

    /// These limits with another bound on a batch, brought into range.
    #[must_use]
    pub fn and_max_batch_articles(self, count: usize) -> Self {
        Limits { max_batch_articles: count.clamp(1, Self::MOST_BATCH_ARTICLES), ..self }
    }

    /// Greatest `article.text`, in UTF-8 bytes.
    #[must_use]
    pub fn max_text_bytes(&self) -> usize {
        self.max_text_bytes
    }

    /// Most articles in a batch.
    #[must_use]
    pub fn max_batch_articles(&self) -> usize {
        self.max_batch_articles
    }

    /// Greatest request message, in bytes: a batch of short articles at its most, or eight of the
    /// longest.
    #[must_use]
    pub fn max_request_bytes(&self) -> usize {
        let fields = [self.max_id_bytes, self.max_title_bytes, self.max_source_bytes, self.max_url_bytes, 64];
        // Where a field has no bound, neither has a request.
        let beside_the_text = fields.into_iter().fold(0, usize::saturating_add);
        let texts = Self::BATCH_TEXTS * self.max_text_bytes;
        self.max_batch_articles.saturating_mul(beside_the_text).saturating_add(texts)
    }

    /// What is read of a request that scores.
    #[must_use]
    pub fn most_of_a_request(&self) -> Most {
        Most { bytes: self.max_decoded_bytes(), told: self.max_request_bytes() }
    }

    /// What is still read of a request, before and after decompression. Above
    /// [`Limits::max_request_bytes`], so that a request that is somewhat too large gets an answer that
    /// names the field and its size.
    #[must_use]
    pub fn max_decoded_bytes(&self) -> usize {
        self.max_request_bytes().saturating_add(self.max_text_bytes + (1 << 20))
    }
}

/// The most bytes that are read of a message, as sent and inflated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Most {
    pub bytes: usize,
    /// The limit that the sender of more has overlooked. Less than what is read, so that what is a little too large gets
    /// an answer that names the field.
    pub told: usize,
}

impl From<&Limits> for v1::Limits {
    fn from(limits: &Limits) -> Self {
        let number = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
        v1::Limits {
            max_text_bytes: int(limits.max_text_bytes()),
            max_batch_articles: int(limits.max_batch_articles),
            max_request_bytes: int(limits.max_request_bytes()),
            max_id_bytes: int(limits.max_id_bytes),
            max_title_bytes: int(limits.max_title_bytes),
            max_source_bytes: int(limits.max_source_bytes),
            max_url_bytes: int(limits.max_url_bytes),
            max_evidence_count: int(limits.max_evidence),
            max_header_bytes: number(limits.max_header_bytes),
            max_calls_per_connection: number(limits.max_calls_per_connection),
            max_deadline_ms: i32::try_from(limits.max_deadline.as_millis()).unwrap_or(i32::MAX),
            max_model_version_bytes: int(limits.max_model_version_bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_settable_limit_fits_the_wire() {
        for bytes in [0, 1, 1_000, 2 << 20, Limits::MOST_TEXT_BYTES, usize::MAX] {
            for articles in [0, 1, 100, usize::MAX] {
                let limits = Limits::with_max_text_bytes(bytes).and_max_batch_articles(articles);
                assert!(i32::try_from(limits.max_decoded_bytes()).is_ok(), "{bytes}");
                assert!(limits.max_request_bytes() < limits.max_decoded_bytes());
                assert!(limits.max_text_bytes() < limits.max_request_bytes());
            }
        }
    }

    #[test]
    fn a_field_without_a_bound_leaves_a_request_without_one() {
        let limits = Limits { max_id_bytes: usize::MAX, ..Limits::default() };
        assert_eq!((limits.max_request_bytes(), limits.max_decoded_bytes()), (usize::MAX, usize::MAX));
    }
}
