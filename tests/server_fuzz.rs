//! Arbitrary bytes at every door of the service. `FUZZ_CASES=1000000 cargo test --test server_fuzz` is the long run.

use candor::Engine;
use candor::rpc::validate::{batch_score_articles, score_article, stream_score_articles};
use candor::rpc::{Limits, convert, v1};
use candor::server::auth::{Auth, Keys, Peer};
use candor::server::call::timeout;
use candor::server::method::Method;
use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;
use prost::Message as _;

fn cases() -> ProptestConfig {
    let cases = std::env::var("FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1_000);
    ProptestConfig::with_cases(cases)
}

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

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_bytes_are_a_request_that_is_answered_or_refused(bytes in nearly_a_request()) {
        static ENGINE: std::sync::LazyLock<Engine> = std::sync::LazyLock::new(|| Engine::embedded().unwrap());
        let limits = Limits::with_max_text_bytes(64);
        let mut jobs = Vec::new();
        if let Ok(request) = v1::ScoreArticleRequest::decode(bytes.as_slice()) {
            jobs.extend(score_article(request, &limits));
        }
        if let Ok(request) = v1::StreamScoreArticlesRequest::decode(bytes.as_slice()) {
            jobs.extend(stream_score_articles(request, &limits).job);
        }
        if let Ok(request) = v1::BatchScoreArticlesRequest::decode(bytes.as_slice())
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

    #[test]
    fn any_text_is_keys_or_a_sentence(text in "([a-z]{1,3} [0-9a-f]{64}( [0-9.eN-]{1,6})?\n|#?\\PC{0,70}\n?){0,4}", key in "\\PC{0,20}") {
        match Keys::parse(&text) {
            Ok(keys) => {
                let auth = Auth::new(Some(keys), Vec::new());
                let headers = HeaderMap::from_iter(
                    HeaderValue::from_bytes(key.as_bytes()).ok().map(|key| (HeaderName::from_static("x-api-key"), key)),
                );
                assert!(auth.check(&headers, &Peer::default()).is_err(), "nobody guesses a hash");
            }
            Err(problem) => assert!(!problem.is_empty() && problem.len() < 100),
        }
    }

    #[test]
    fn any_header_is_a_timeout_or_none(value in prop_oneof![prop::collection::vec(any::<u8>(), 0..12), "[0-9]{0,10}[HMSmun]?".prop_map(String::into_bytes)], path in "/?[A-Za-z./]{0,60}") {
        if let Ok(value) = HeaderValue::from_bytes(&value) {
            let headers = HeaderMap::from_iter([(HeaderName::from_static("grpc-timeout"), value)]);
            let _ = timeout(&headers);
        }
        assert!(!Method::at(&path).name.is_empty());
    }
}
