//! Requests to checked types. Whatever comes out of here needs no second look.

use prost::Message as _;

use super::limits::Limits;
use super::status::{Error, Problem, Violation};
use super::v1;
use crate::report::{OffsetEncoding, Options, View};

/// An article within the limits, and how to report on it.
#[derive(Debug)]
pub struct Job {
    article: v1::Article,
    options: Options,
}

impl Job {
    /// The article as the engine takes it.
    #[must_use]
    pub fn article(&self) -> crate::Article<'_> {
        crate::Article {
            id: &self.article.id,
            title: &self.article.title,
            text: &self.article.text,
            source: &self.article.source,
            url: &self.article.url,
            published: self.article.published_time.is_some(),
        }
    }

    /// How to report on it.
    #[must_use]
    pub fn options(&self) -> Options {
        self.options
    }
}

/// One article among several: what is wrong with it is wrong with it alone.
#[derive(Debug)]
pub struct Slot {
    /// As sent.
    pub article_id: String,
    pub job: Result<Job, Error>,
}

/// Checks the request for one article.
///
/// # Errors
/// Every violation, not the first.
pub fn score_article(request: v1::ScoreArticleRequest, limits: &Limits) -> Result<Job, Error> {
    let mut violations = Vec::new();
    let asked = (request.view, request.offset_encoding, request.max_evidence_count);
    let options = options(asked, &request.model_version, limits, &mut violations);
    check_size("article", request.encoded_len(), limits, &mut violations);
    job(request.article, options, "article", violations, limits)
}

/// Checks one message of a stream.
#[must_use]
pub fn stream_score_articles(request: v1::StreamScoreArticlesRequest, limits: &Limits) -> Slot {
    let article_id = request.article.as_ref().map_or_else(String::new, |article| article.id.clone());
    let mut violations = Vec::new();
    let asked = (request.view, request.offset_encoding, request.max_evidence_count);
    let options = options(asked, &request.model_version, limits, &mut violations);
    check_size("article", request.encoded_len(), limits, &mut violations);
    let job = job(request.article, options, "article", violations, limits);
    Slot { article_id, job }
}

/// Checks a batch.
///
/// # Errors
/// Only what is wrong with the batch as a whole; what is wrong with one article is in its slot.
pub fn batch_score_articles(request: v1::BatchScoreArticlesRequest, limits: &Limits) -> Result<Vec<Slot>, Error> {
    let mut violations = Vec::new();
    let asked = (request.view, request.offset_encoding, request.max_evidence_count);
    let options = options(asked, &request.model_version, limits, &mut violations);
    let count = request.articles.len();
    if count == 0 {
        violations.push(violation("articles", Problem::NoArticles));
    }
    let limit = limits.max_batch_articles();
    if count > limit {
        violations.push(violation("articles", Problem::TooManyArticles { count, limit }));
    }
    check_size("articles", request.encoded_len(), limits, &mut violations);
    if let Some(error) = Error::invalid(violations) {
        return Err(error);
    }
    let slots = request.articles.into_iter().enumerate().map(|(index, article)| Slot {
        article_id: article.id.clone(),
        job: job(Some(article), options, &format!("articles[{index}]"), Vec::new(), limits),
    });
    Ok(slots.collect())
}

fn violation(field: &str, problem: Problem) -> Violation {
    Violation { field: field.to_owned(), problem }
}

/// Checks a whole message, of which `field` is what makes it large.
fn check_size(field: &str, bytes: usize, limits: &Limits, violations: &mut Vec<Violation>) {
    let limit = limits.max_request_bytes();
    if bytes > limit {
        violations.push(violation(field, Problem::RequestTooLarge { bytes, limit }));
    }
}

fn options(
    (view, offset_encoding, max_evidence_count): (i32, i32, i32),
    model_version: &str,
    limits: &Limits,
    violations: &mut Vec<Violation>,
) -> Options {
    let (bytes, limit) = (model_version.len(), limits.max_model_version_bytes);
    if bytes > limit {
        violations.push(violation("model_version", Problem::TooLong { bytes, limit }));
    }
    let view = match v1::ReportView::try_from(view) {
        Ok(v1::ReportView::Unspecified | v1::ReportView::Basic) => View::Basic,
        Ok(v1::ReportView::Full) => View::Full,
        Err(_) => {
            violations.push(violation("view", Problem::UnknownValue { number: view }));
            View::Basic
        }
    };
    let offset_encoding = match v1::OffsetEncoding::try_from(offset_encoding) {
        Ok(v1::OffsetEncoding::Unspecified | v1::OffsetEncoding::Utf8) => OffsetEncoding::Utf8,
        Ok(v1::OffsetEncoding::Utf16) => OffsetEncoding::Utf16,
        Ok(v1::OffsetEncoding::Utf32) => OffsetEncoding::Utf32,
        Err(_) => {
            let number = offset_encoding;
            violations.push(violation("offset_encoding", Problem::UnknownValue { number }));
            OffsetEncoding::Utf8
        }
    };
    let max_evidence = match usize::try_from(max_evidence_count) {
        Ok(0) if view == View::Basic => None,
        Ok(0) => Some(limits.max_evidence),
        Ok(count) => Some(count.min(limits.max_evidence)),
        Err(_) => {
            let number = max_evidence_count;
            violations.push(violation("max_evidence_count", Problem::Negative { number }));
            None
        }
    };
    Options { view, offset_encoding, max_evidence }
}

fn job(
    article: Option<v1::Article>,
    options: Options,
    path: &str,
    mut violations: Vec<Violation>,
    limits: &Limits,
) -> Result<Job, Error> {
    match &article {
        Some(article) => check_article(article, path, limits, &mut violations),
        None => violations.push(violation(path, Problem::Missing)),
    }
    if let Some(error) = Error::invalid(violations) {
        return Err(error);
    }
    Ok(Job { article: article.unwrap_or_default(), options })
}

fn check_article(article: &v1::Article, path: &str, limits: &Limits, violations: &mut Vec<Violation>) {
    for (name, value, limit) in [
        ("id", &article.id, limits.max_id_bytes),
        ("title", &article.title, limits.max_title_bytes),
        ("source", &article.source, limits.max_source_bytes),
        ("url", &article.url, limits.max_url_bytes),
    ] {
        let bytes = value.len();
        if bytes > limit {
            let field = format!("{path}.{name}");
            violations.push(violation(&field, Problem::TooLong { bytes, limit }));
        }
    }
    let (bytes, limit) = (article.text.len(), limits.max_text_bytes());
    if bytes > limit {
        let field = format!("{path}.text");
        violations.push(violation(&field, Problem::TextTooLarge { bytes, limit }));
    }
    if let Some(time) = &article.published_time {
        // The range that google.protobuf.Timestamp documents: the years 1 to 9999.
        let is_time =
            (-62_135_596_800..=253_402_300_799).contains(&time.seconds) && (0..=999_999_999).contains(&time.nanos);
        if !is_time {
            let field = format!("{path}.published_time");
            violations.push(violation(&field, Problem::NotATime));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(text: &str) -> v1::Article {
        v1::Article { text: text.to_owned(), ..v1::Article::default() }
    }

    fn request(article: Option<v1::Article>) -> v1::ScoreArticleRequest {
        v1::ScoreArticleRequest { article, ..v1::ScoreArticleRequest::default() }
    }

    fn fields(error: Error) -> Vec<String> {
        use tonic_types::StatusExt as _;
        let status = tonic::Status::from(error);
        let violations = status.get_details_bad_request().unwrap().field_violations;
        violations.into_iter().map(|violation| violation.field).collect()
    }

    #[test]
    fn a_request_at_the_limits_passes() {
        let limits = Limits::with_max_text_bytes(10);
        let article = v1::Article {
            id: "i".repeat(1_024),
            title: "t".repeat(4_096),
            text: "x".repeat(10),
            source: "s".repeat(1_024),
            url: "u".repeat(4_096),
            published_time: Some(prost_types::Timestamp { seconds: 253_402_300_799, nanos: 999_999_999 }),
        };
        let job = score_article(request(Some(article)), &limits).unwrap();
        assert!(job.article().published);
        assert_eq!(job.options(), Options::default());
    }

    #[test]
    fn a_blank_text_is_no_error() {
        assert!(score_article(request(Some(article(""))), &Limits::default()).is_ok());
    }

    #[test]
    fn all_violations_are_reported() {
        let limits = Limits::with_max_text_bytes(10);
        let article = v1::Article {
            id: "i".repeat(1_025),
            title: "t".repeat(4_097),
            text: "x".repeat(11),
            source: "s".repeat(1_025),
            url: "u".repeat(4_097),
            published_time: Some(prost_types::Timestamp { seconds: 0, nanos: -1 }),
        };
        let request = v1::ScoreArticleRequest {
            article: Some(article),
            view: 3,
            offset_encoding: -1,
            max_evidence_count: -5,
            model_version: "v".repeat(129),
        };
        let found = fields(score_article(request, &limits).unwrap_err());
        assert_eq!(
            found,
            [
                "model_version",
                "view",
                "offset_encoding",
                "max_evidence_count",
                "article.id",
                "article.title",
                "article.source",
                "article.url",
                "article.text",
                "article.published_time",
            ]
        );
    }

    #[test]
    fn a_missing_article_is_a_violation() {
        let error = score_article(request(None), &Limits::default()).unwrap_err();
        assert_eq!(fields(error), ["article"]);
    }

    #[test]
    fn times_outside_the_years_1_to_9999_are_violations() {
        for (seconds, nanos, fine) in [
            (-62_135_596_800, 0, true),
            (-62_135_596_801, 0, false),
            (253_402_300_800, 0, false),
            (0, 1_000_000_000, false),
            (i64::MIN, i32::MIN, false),
        ] {
            let article =
                v1::Article { published_time: Some(prost_types::Timestamp { seconds, nanos }), ..article("x") };
            let checked = score_article(request(Some(article)), &Limits::default());
            assert_eq!(checked.is_ok(), fine, "{seconds} {nanos}");
        }
    }

    #[test]
    fn a_bad_article_of_a_batch_spoils_only_its_slot() {
        let limits = Limits::with_max_text_bytes(3);
        let request = v1::BatchScoreArticlesRequest {
            articles: vec![article("one"), article("three"), article("two")],
            ..v1::BatchScoreArticlesRequest::default()
        };
        let slots = batch_score_articles(request, &limits).unwrap();
        let fine: Vec<bool> = slots.iter().map(|slot| slot.job.is_ok()).collect();
        assert_eq!(fine, [true, false, true]);
        let error = slots.into_iter().find_map(|slot| slot.job.err()).unwrap();
        assert_eq!(fields(error), ["articles[1].text"]);
    }

    #[test]
    fn what_is_wrong_with_a_whole_batch_fails_it() {
        let limits = Limits::with_max_text_bytes(3);
        let batch = |count, view| v1::BatchScoreArticlesRequest {
            articles: vec![article("one"); count],
            view,
            ..v1::BatchScoreArticlesRequest::default()
        };
        assert_eq!(fields(batch_score_articles(batch(0, 9), &limits).unwrap_err()), ["view", "articles"]);
        assert_eq!(fields(batch_score_articles(batch(101, 0), &limits).unwrap_err()), ["articles"]);
        assert!(batch_score_articles(batch(100, 2), &limits).is_ok());
        let heavy = v1::BatchScoreArticlesRequest {
            articles: vec![article(&"x".repeat(limits.max_request_bytes()))],
            ..v1::BatchScoreArticlesRequest::default()
        };
        let error = batch_score_articles(heavy, &limits).unwrap_err();
        assert!(error.to_string().contains("rest of the request"), "{error}");
    }

    #[test]
    fn a_stream_item_keeps_the_id_of_what_it_refuses() {
        let request = v1::StreamScoreArticlesRequest {
            article: Some(v1::Article { id: "seven".to_owned(), ..article("x") }),
            view: 77,
            ..v1::StreamScoreArticlesRequest::default()
        };
        let slot = stream_score_articles(request, &Limits::default());
        assert_eq!(slot.article_id, "seven");
        assert_eq!(fields(slot.job.unwrap_err()), ["view"]);
    }
}
