use super::v1;

/// What a request may hold. The only place where these numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Greatest `article.text`, in UTF-8 bytes. Invariant: at most [`Limits::MOST_TEXT_BYTES`].
    max_text_bytes: usize,
    /// Most articles in a batch.
    pub max_batch_articles: usize,
    pub max_id_bytes: usize,
    pub max_title_bytes: usize,
    pub max_source_bytes: usize,
    pub max_url_bytes: usize,
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
        }
    }
}

impl Limits {
    /// The greatest settable `max_text_bytes`: offsets are 32 bits wide on the wire, and a whole
    /// request must stay well below that too.
    pub const MOST_TEXT_BYTES: usize = 128 << 20;

    /// How many texts of the greatest size fit into one batch.
    const BATCH_TEXTS: usize = 8;

    /// The default limits with another bound on the text, brought into the range that offsets allow.
    #[must_use]
    pub fn with_max_text_bytes(bytes: usize) -> Self {
        Limits { max_text_bytes: bytes.clamp(1, Self::MOST_TEXT_BYTES), ..Limits::default() }
    }

    /// Greatest `article.text`, in UTF-8 bytes.
    #[must_use]
    pub fn max_text_bytes(&self) -> usize {
        self.max_text_bytes
    }

    /// Greatest request message, in bytes: a batch of short articles at its most, or eight of the
    /// longest.
    #[must_use]
    pub fn max_request_bytes(&self) -> usize {
        let beside_the_text = self.max_id_bytes + self.max_title_bytes + self.max_source_bytes + self.max_url_bytes;
        Self::BATCH_TEXTS * self.max_text_bytes + self.max_batch_articles * (beside_the_text + 64)
    }

    /// What the transport still reads. Above [`Limits::max_request_bytes`], so that a request that is
    /// somewhat too large gets an answer that names the limit.
    #[must_use]
    pub fn max_decoded_bytes(&self) -> usize {
        self.max_request_bytes() + self.max_text_bytes + (1 << 20)
    }
}

impl From<&Limits> for v1::Limits {
    fn from(limits: &Limits) -> Self {
        v1::Limits {
            max_text_bytes: super::convert::int(limits.max_text_bytes()),
            max_batch_articles: super::convert::int(limits.max_batch_articles),
            max_request_bytes: super::convert::int(limits.max_request_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_settable_limit_fits_the_wire() {
        for bytes in [0, 1, 1_000, 2 << 20, Limits::MOST_TEXT_BYTES, usize::MAX] {
            let limits = Limits::with_max_text_bytes(bytes);
            assert!(i32::try_from(limits.max_decoded_bytes()).is_ok(), "{bytes}");
            assert!(limits.max_request_bytes() < limits.max_decoded_bytes());
            assert!(limits.max_text_bytes() < limits.max_request_bytes());
        }
    }
}
