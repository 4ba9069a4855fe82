//! What comes with a call: its message, its key and its headers.

use candor::rpc::validate::{batch_score_articles, score_article, stream_score_articles};
use candor::rpc::{Limits, convert, v1};
use candor::server::auth::{Auth, Keys, Peer};
use candor::server::call::timeout;
use candor::server::method::Method;
use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;
use prost::Message as _;

use crate::{ENGINE, config, reached};

/// Bytes that are nearly a request: a well-formed one with some of them changed, or any.
fn nearly_a_request() -> impl Strategy<Value = Vec<u8>> {
    let seed = v1::ScoreArticleRequest {
        article: Some(v1::Article {
            id: "a".to_owned(),
            title: "Caf\u{e9}".to_owned(),
            text: "A source said so. \u{201c}No,\u{201d} said Dupont.".to_owned(),
            source: "s".to_owned(),
            url: "u".to_owned(),
            published_time: Some(prost_types::Timestamp { seconds: 1, nanos: 2 }),
        }),
        offset_encoding: 2,
        max_evidence_count: 3,
        view: 2,
        model_version: "m".to_owned(),
    };
    let seed = seed.encode_to_vec();
    let changed = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..5).prop_map(move |changes| {
        let mut bytes = seed.clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes
    });
    prop_oneof![4 => changed, 1 => prop::collection::vec(any::<u8>(), 0..60)]
}

/// Each message is answered or refused.
pub fn check(bytes: &[u8]) {
    let limits = Limits::with_max_text_bytes(64);
    let mut jobs = Vec::new();
    if let Ok(request) = v1::ScoreArticleRequest::decode(bytes) {
        jobs.extend(score_article(request, &limits));
    }
    if let Ok(request) = v1::StreamScoreArticlesRequest::decode(bytes) {
        jobs.extend(stream_score_articles(request, &limits).job);
    }
    if let Ok(request) = v1::BatchScoreArticlesRequest::decode(bytes)
        && let Ok(slots) = batch_score_articles(request, &limits)
    {
        jobs.extend(slots.into_iter().filter_map(|slot| slot.job.ok()));
    }
    for job in jobs {
        let report = convert::score(&ENGINE, &job);
        assert!(report.score.is_none(), "a text of 64 bytes is too short");
        assert!(!report.encode_to_vec().is_empty());
    }
}

/// A file of keys lets nobody in who sends a part of it.
pub fn check_keys(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut sent: Vec<&[u8]> = vec![b""];
    sent.extend(text.split_whitespace().take(4).map(str::as_bytes));
    check_key(&text, &sent);
}

fn check_key(text: &str, sent: &[&[u8]]) {
    match Keys::parse(text) {
        Ok(keys) => {
            let auth = Auth::new(Some(keys), Vec::new());
            for key in sent {
                let headers = HeaderMap::from_iter(
                    HeaderValue::from_bytes(key).ok().map(|key| (HeaderName::from_static("x-api-key"), key)),
                );
                assert!(auth.check(&headers, &Peer::default()).is_err(), "nobody guesses a hash");
            }
        }
        Err(problem) => assert!(!problem.is_empty() && problem.len() < 100),
    }
}

/// A value is a timeout or none, and a path has a name.
pub fn check_headers(bytes: &[u8]) {
    if let Ok(value) = HeaderValue::from_bytes(bytes) {
        let headers = HeaderMap::from_iter([(HeaderName::from_static("grpc-timeout"), value)]);
        let _ = timeout(&headers);
    }
    assert!(!Method::at(&String::from_utf8_lossy(bytes)).name.is_empty());
}

#[test]
fn some_bytes_are_requests_and_some_are_not() {
    let requests = reached(nearly_a_request(), |bytes| {
        v1::ScoreArticleRequest::decode(bytes.as_slice())
            .is_ok_and(|request| score_article(request, &Limits::default()).is_ok())
    });
    assert!((40..360).contains(&requests), "{requests} of 400");
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_bytes_are_a_request_that_is_answered_or_refused(bytes in nearly_a_request()) {
        check(&bytes);
    }

    #[test]
    fn any_text_is_keys_or_a_sentence(
        text in "([a-z]{1,3} [0-9a-f]{64}( [0-9.eN-]{1,6})?\n|#?\\PC{0,70}\n?){0,4}",
        key in "\\PC{0,20}",
    ) {
        check_key(&text, &[key.as_bytes()]);
    }

    #[test]
    fn any_header_is_a_timeout_or_none(
        value in prop_oneof![
            2 => prop::collection::vec(any::<u8>(), 0..12),
            2 => "[0-9]{0,10}[HMSmun]?".prop_map(String::into_bytes),
            1 => "/?[A-Za-z./]{0,60}".prop_map(String::into_bytes),
        ],
    ) {
        check_headers(&value);
    }
}
