//! The five methods, over an in-memory connection.

mod common;

use candor::features::{FEATURES, catalogue};
use candor::rpc::Limits;
use candor::rpc::v1::{self, article_result::Result as Slot};
use common::{ARTICLE, Outcome, article, item, request, start};
use proptest::prelude::*;
use prost::Message as _;
use tokio::sync::mpsc;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status};
use tonic_types::pb::{BadRequest, ErrorInfo};
use tonic_types::{ErrorInfo as Info, StatusExt as _};

const ENCODINGS: [v1::OffsetEncoding; 3] =
    [v1::OffsetEncoding::Utf8, v1::OffsetEncoding::Utf16, v1::OffsetEncoding::Utf32];

/// What a client does with a span.
fn cut(article: &v1::Article, span: &v1::Span, encoding: v1::OffsetEncoding) -> String {
    let text = match span.field() {
        v1::Field::Title => &article.title,
        v1::Field::Text => &article.text,
        v1::Field::Unspecified => panic!("a span without a field"),
    };
    let [start, end] = [span.start, span.end].map(|at| usize::try_from(at).unwrap());
    match encoding {
        v1::OffsetEncoding::Unspecified | v1::OffsetEncoding::Utf8 => text[start..end].to_owned(),
        v1::OffsetEncoding::Utf16 => {
            let units: Vec<u16> = text.encode_utf16().collect();
            String::from_utf16(&units[start..end]).unwrap()
        }
        v1::OffsetEncoding::Utf32 => {
            let found: String = text.chars().skip(start).take(end - start).collect();
            assert_eq!(found.chars().count(), end - start);
            found
        }
    }
}

/// What holds of every report, whatever the article.
fn check(report: &v1::Report, article: &v1::Article, encoding: v1::OffsetEncoding) {
    assert_eq!(report.article_id, article.id);
    assert_ne!(report.applicability(), v1::Applicability::Unspecified);
    let scored = report.applicability() == v1::Applicability::Ok;
    assert_eq!(report.score.is_some(), scored);
    assert_eq!(report.applicability_reason.is_empty(), scored);
    if let (Some(score), Some(logit)) = (report.score, report.logit) {
        let terms: f64 = report.logit_terms.iter().map(|term| term.value).sum();
        let features: f64 = report.features.iter().filter_map(|feature| feature.contribution).sum();
        assert!((terms + features - logit).abs() < 1e-9);
        assert!((1.0 / (1.0 + (-logit).exp()) - score).abs() < 1e-12);
        assert!(report.score_low.unwrap() <= score && score <= report.score_high.unwrap());
    }
    for piece in &report.evidence {
        assert_eq!(cut(article, piece.span.as_ref().unwrap(), encoding), piece.quote);
        assert!(FEATURES.iter().any(|feature| feature.id == piece.feature_id));
    }
    let place = |piece: &v1::Evidence| {
        let span = piece.span.unwrap();
        (span.field, span.start, span.end)
    };
    assert!(report.evidence.is_sorted_by_key(place));
    for sentence in &report.sentences {
        cut(article, sentence.span.as_ref().unwrap(), encoding);
    }
    for said in &report.attributions {
        for span in said.source.iter().chain(&said.cue).chain(&said.content) {
            cut(article, span, encoding);
        }
    }
    let provenance = report.provenance.as_ref().unwrap();
    let asked = match encoding {
        v1::OffsetEncoding::Unspecified => v1::OffsetEncoding::Utf8,
        named => named,
    };
    assert_eq!(provenance.offset_encoding(), asked);
    assert!(!provenance.service_version.is_empty());
}

fn fields(status: &Status) -> Vec<(String, String)> {
    let violations = status.get_details_bad_request().unwrap().field_violations;
    violations.into_iter().map(|violation| (violation.field, violation.reason)).collect()
}

fn info(status: &Status) -> Info {
    let infos: Vec<_> = status
        .get_error_details_vec()
        .into_iter()
        .filter(|detail| matches!(detail, tonic_types::ErrorDetail::ErrorInfo(_)))
        .collect();
    assert_eq!(infos.len(), 1, "one ErrorInfo in every error");
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.domain, "candor");
    info
}

fn slot(result: &v1::ArticleResult) -> Result<&v1::Report, &tonic_types::Status> {
    match result.result.as_ref().expect("a slot holds a report or an error") {
        Slot::Report(report) => Ok(report),
        Slot::Error(error) => Err(error),
    }
}

fn slot_info(error: &tonic_types::Status) -> ErrorInfo {
    let any = error.details.iter().find(|any| any.type_url.ends_with("/google.rpc.ErrorInfo")).unwrap();
    ErrorInfo::decode(any.value.as_slice()).unwrap()
}

#[tokio::test]
async fn one_article_gets_one_report_in_every_encoding_and_view() -> Outcome {
    let server = start(Limits::default()).await?;
    let article = v1::Article { title: "Caf\u{e9} levy \u{1F600}".to_owned(), ..article("a/1", ARTICLE) };
    for encoding in ENCODINGS.into_iter().chain([v1::OffsetEncoding::Unspecified]) {
        for view in [v1::ReportView::Unspecified, v1::ReportView::Basic, v1::ReportView::Full] {
            let request = v1::ScoreArticleRequest {
                offset_encoding: encoding.into(),
                view: view.into(),
                ..request(article.clone())
            };
            let report = server.client().score_article(request).await?.into_inner().report.unwrap();
            check(&report, &article, encoding);
            if view != v1::ReportView::Full {
                assert!(report.evidence.len() <= 12);
                assert!(report.sentences.is_empty() && report.attributions.is_empty());
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_report_tells_who_said_what() -> Outcome {
    let server = start(Limits::default()).await?;
    let request = v1::ScoreArticleRequest { view: v1::ReportView::Full.into(), ..request(article("", ARTICLE)) };
    let report = server.client().score_article(request).await?.into_inner().report.unwrap();
    assert_eq!(report.applicability(), v1::Applicability::Ok);
    assert_ne!(report.band(), v1::Band::Unspecified);
    assert_eq!(report.features.len(), catalogue().count());
    assert!(report.sentences.len() >= 8, "{:?}", report.sentences);
    let dupont = report.attributions.iter().find(|said| said.source_key == "dupont").unwrap();
    assert_eq!(dupont.source_kind(), v1::SourceKind::Person);
    assert!(dupont.quoted);
    assert!(report.evidence.iter().any(|piece| piece.quote.starts_with("A source")));
    Ok(())
}

#[tokio::test]
async fn evidence_left_out_is_counted() -> Outcome {
    let server = start(Limits::default()).await?;
    let full = |max_evidence_count| v1::ScoreArticleRequest {
        view: v1::ReportView::Full.into(),
        max_evidence_count,
        ..request(article("", ARTICLE))
    };
    let mut client = server.client();
    let all = client.score_article(full(0)).await?.into_inner().report.unwrap();
    assert_eq!(all.omitted_evidence_count, 0);
    let few = client.score_article(full(2)).await?.into_inner().report.unwrap();
    let total = i32::try_from(all.evidence.len())?;
    assert_eq!(few.evidence.len(), all.evidence.len().min(2));
    assert_eq!(few.omitted_evidence_count, (total - 2).max(0));
    Ok(())
}

#[tokio::test]
async fn texts_that_cannot_be_judged_are_no_errors() -> Outcome {
    let server = start(Limits::default()).await?;
    for text in ["", " \r\n\t", "a", "\0\0\0", "\u{1F600}\u{1F600}", "\u{201c}\u{201c}\u{201c}"] {
        let article = article("", text);
        let report = server.client().score_article(request(article.clone())).await?.into_inner().report.unwrap();
        assert_ne!(report.applicability(), v1::Applicability::Ok, "{text:?}");
        check(&report, &article, v1::OffsetEncoding::Unspecified);
    }
    Ok(())
}

#[tokio::test]
async fn every_violation_of_a_request_is_reported() -> Outcome {
    let server = start(Limits::default()).await?;
    let request = v1::ScoreArticleRequest {
        article: Some(v1::Article {
            title: "t".repeat(4_097),
            published_time: Some(prost_types::Timestamp { seconds: i64::MAX, nanos: 0 }),
            ..article(&"i".repeat(1_025), "text")
        }),
        offset_encoding: 99,
        max_evidence_count: -1,
        view: -7,
        model_version: "v".repeat(129),
    };
    let status = server.client().score_article(request).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    assert_eq!(info(&status).reason, "INVALID_REQUEST");
    let expected = [
        ("model_version", "FIELD_TOO_LONG"),
        ("view", "UNKNOWN_ENUM_VALUE"),
        ("offset_encoding", "UNKNOWN_ENUM_VALUE"),
        ("max_evidence_count", "NEGATIVE"),
        ("article.id", "FIELD_TOO_LONG"),
        ("article.title", "FIELD_TOO_LONG"),
        ("article.published_time", "TIME_OUT_OF_RANGE"),
    ];
    let expected = expected.map(|(field, reason)| (field.to_owned(), reason.to_owned()));
    assert_eq!(fields(&status), expected);
    Ok(())
}

#[tokio::test]
async fn a_request_without_an_article_is_refused() -> Outcome {
    let server = start(Limits::default()).await?;
    let status = server.client().score_article(v1::ScoreArticleRequest::default()).await.unwrap_err();
    assert_eq!(info(&status).reason, "REQUIRED");
    assert_eq!(fields(&status), [("article".to_owned(), "REQUIRED".to_owned())]);
    Ok(())
}

#[tokio::test]
async fn a_text_over_the_limit_is_refused_by_us_and_not_by_the_transport() -> Outcome {
    let limits = Limits::with_max_text_bytes(1_000);
    let server = start(limits).await?;
    let fits = request(article("", &"a ".repeat(500)));
    server.client().score_article(fits).await?;
    for bytes in [1_001, 2_000, limits.max_request_bytes() + 1] {
        let request = request(article("", &"a".repeat(bytes)));
        let status = server.client().score_article(request).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
        let info = info(&status);
        assert_eq!(info.reason, "TEXT_TOO_LARGE");
        assert_eq!(info.metadata["maxTextBytes"], "1000");
        assert_eq!(info.metadata["textBytes"], bytes.to_string());
        assert!(status.message().contains("1000"), "{}", status.message());
    }
    let flood = request(article("", &"a".repeat(limits.max_decoded_bytes() + 1)));
    let status = server.client().score_article(flood).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument, "the transport reads no further, in our terms");
    assert_eq!(info(&status).reason, "REQUEST_TOO_LARGE");
    Ok(())
}

#[tokio::test]
async fn compressed_requests_are_read() -> Outcome {
    use tonic::codec::CompressionEncoding::{Gzip, Zstd};
    let server = start(Limits::default()).await?;
    for encoding in [Gzip, Zstd] {
        let mut client = server.client().send_compressed(encoding);
        let report = client.score_article(request(article("z", ARTICLE))).await?.into_inner().report.unwrap();
        assert_eq!(report.article_id, "z");
    }
    Ok(())
}

#[tokio::test]
async fn a_batch_keeps_order_and_count_and_its_bad_articles_to_themselves() -> Outcome {
    let server = start(Limits::with_max_text_bytes(2_000)).await?;
    let articles: Vec<_> = (0..100)
        .map(|n| match n % 10 {
            3 => article(&n.to_string(), &"x".repeat(2_001)),
            7 => article(&n.to_string(), ""),
            _ => article(&n.to_string(), ARTICLE),
        })
        .collect();
    let request =
        v1::BatchScoreArticlesRequest { articles: articles.clone(), ..v1::BatchScoreArticlesRequest::default() };
    let results = server.client().batch_score_articles(request).await?.into_inner().results;
    assert_eq!(results.len(), 100);
    for (n, (result, article)) in results.iter().zip(&articles).enumerate() {
        assert_eq!(result.article_id, n.to_string());
        match slot(result) {
            Ok(report) => check(report, article, v1::OffsetEncoding::Unspecified),
            Err(error) => {
                assert_eq!(n % 10, 3);
                assert_eq!(error.code, Code::InvalidArgument as i32);
                assert_eq!(slot_info(error).reason, "TEXT_TOO_LARGE");
                let request = error.details.iter().find(|any| any.type_url.ends_with("BadRequest")).unwrap();
                let request = BadRequest::decode(request.value.as_slice())?;
                assert_eq!(request.field_violations[0].field, format!("articles[{n}].text"));
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_is_wrong_with_a_whole_batch_fails_the_call() -> Outcome {
    let limits = Limits::with_max_text_bytes(1_000);
    let server = start(limits).await?;
    let batch = |articles: Vec<v1::Article>, view| v1::BatchScoreArticlesRequest {
        articles,
        view,
        ..v1::BatchScoreArticlesRequest::default()
    };
    let heavy = vec![article("", &"x".repeat(limits.max_request_bytes() / 50)); 51];
    for (request, field, reason) in [
        (batch(Vec::new(), 0), "articles", "NO_ARTICLES"),
        (batch(vec![article("", "x"); 101], 0), "articles", "TOO_MANY_ARTICLES"),
        (batch(vec![article("", "x")], 3), "view", "UNKNOWN_ENUM_VALUE"),
        (batch(heavy, 0), "articles", "REQUEST_TOO_LARGE"),
    ] {
        let status = server.client().batch_score_articles(request).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
        assert_eq!(info(&status).reason, reason);
        assert_eq!(fields(&status), [(field.to_owned(), reason.to_owned())]);
    }
    Ok(())
}

#[tokio::test]
async fn a_stream_answers_each_message_in_order_and_survives_bad_ones() -> Outcome {
    let server = start(Limits::with_max_text_bytes(2_000)).await?;
    let requests: Vec<v1::StreamScoreArticlesRequest> = (0..1_000)
        .map(|n| {
            let good = item(article(&n.to_string(), if n % 50 == 0 { ARTICLE } else { "short" }));
            match n % 100 {
                11 => item(article(&n.to_string(), &"x".repeat(2_001))),
                22 => v1::StreamScoreArticlesRequest { view: 9, ..good },
                33 => v1::StreamScoreArticlesRequest::default(),
                44 => v1::StreamScoreArticlesRequest {
                    offset_encoding: v1::OffsetEncoding::Utf32.into(),
                    view: v1::ReportView::Full.into(),
                    ..good
                },
                _ => good,
            }
        })
        .collect();
    let sent = requests.clone();
    let mut answers = server.client().stream_score_articles(tokio_stream::iter(sent)).await?.into_inner();
    for (n, request) in requests.iter().enumerate() {
        let answer = answers.next().await.expect("one answer for each message")?;
        let result = answer.result.unwrap();
        let article = request.article.clone().unwrap_or_default();
        assert_eq!(result.article_id, article.id, "message {n}");
        let reason = slot(&result).map_err(|error| slot_info(error).reason);
        match (n % 100, reason) {
            (11, reason) => assert_eq!(reason.unwrap_err(), "TEXT_TOO_LARGE"),
            (22, reason) => assert_eq!(reason.unwrap_err(), "UNKNOWN_ENUM_VALUE"),
            (33, reason) => assert_eq!(reason.unwrap_err(), "REQUIRED"),
            (_, report) => check(report.unwrap(), &article, request.offset_encoding()),
        }
    }
    assert!(answers.next().await.is_none());
    Ok(())
}

#[tokio::test]
async fn a_stream_answers_while_it_is_still_open() -> Outcome {
    let server = start(Limits::default()).await?;
    let (send, receive) = mpsc::channel(1);
    let mut answers = server.client().stream_score_articles(ReceiverStream::new(receive)).await?.into_inner();
    for id in ["first", "second", "third"] {
        send.send(item(article(id, ARTICLE))).await?;
        let answer = answers.next().await.unwrap()?;
        assert_eq!(answer.result.unwrap().article_id, id);
    }
    drop(send);
    assert!(answers.next().await.is_none());
    Ok(())
}

#[tokio::test]
async fn an_empty_stream_ends() -> Outcome {
    let server = start(Limits::default()).await?;
    let nothing = tokio_stream::empty::<v1::StreamScoreArticlesRequest>();
    let mut answers = server.client().stream_score_articles(nothing).await?.into_inner();
    assert!(answers.next().await.is_none());
    Ok(())
}

#[tokio::test]
async fn a_stream_that_is_dropped_disturbs_no_other() -> Outcome {
    let server = start(Limits::default()).await?;
    let endless = tokio_stream::iter((0..).map(|n: u32| item(article(&n.to_string(), ARTICLE))));
    let mut dropped = server.client().stream_score_articles(endless).await?.into_inner();
    let ids = (0..200).map(|n: u32| n.to_string());
    let requests = tokio_stream::iter(ids.clone().map(|id| item(article(&id, ARTICLE))));
    let mut kept = server.client().stream_score_articles(requests).await?.into_inner();

    let first = dropped.next().await.unwrap()?;
    assert_eq!(first.result.unwrap().article_id, "0");
    drop(dropped);

    for id in ids {
        assert_eq!(kept.next().await.unwrap()?.result.unwrap().article_id, id);
    }
    assert!(kept.next().await.is_none());
    server.client().score_article(request(article("", ARTICLE))).await?;
    Ok(())
}

#[tokio::test]
async fn single_batch_and_stream_give_the_same_report() -> Outcome {
    let server = start(Limits::default()).await?;
    let full = v1::ReportView::Full.into();
    let request = v1::ScoreArticleRequest { view: full, ..request(article("same", ARTICLE)) };
    let batch = v1::BatchScoreArticlesRequest {
        articles: vec![article("same", ARTICLE)],
        view: full,
        ..v1::BatchScoreArticlesRequest::default()
    };
    let stream = v1::StreamScoreArticlesRequest { view: full, ..item(article("same", ARTICLE)) };
    let mut client = server.client();
    let single = client.score_article(request).await?.into_inner().report.unwrap();
    let batch = client.batch_score_articles(batch).await?.into_inner().results;
    let mut answers = client.stream_score_articles(tokio_stream::once(stream)).await?.into_inner();
    let streamed = answers.next().await.unwrap()?.result.unwrap();
    assert_eq!(slot(&batch[0]).unwrap(), &single);
    assert_eq!(slot(&streamed).unwrap(), &single);
    Ok(())
}

#[tokio::test]
async fn features_are_listed_once_each_in_the_order_of_reports() -> Outcome {
    let server = start(Limits::default()).await?;
    let listed = server.client().list_features(v1::ListFeaturesRequest {}).await?.into_inner();
    let ids: Vec<_> = listed.features.iter().map(|feature| feature.feature_id.as_str()).collect();
    assert_eq!(ids, catalogue().map(|feature| feature.id).collect::<Vec<_>>());
    assert!(listed.features.iter().skip(FEATURES.len()).all(|feature| feature.full_view_only));
    for (view, count) in [(v1::ReportView::Basic, FEATURES.len()), (v1::ReportView::Full, ids.len())] {
        let asked = v1::ScoreArticleRequest { view: view.into(), ..request(article("", ARTICLE)) };
        let report = server.client().score_article(asked).await?.into_inner().report.unwrap();
        let reported: Vec<_> = report.features.iter().map(|feature| feature.feature_id.as_str()).collect();
        assert_eq!(reported, ids[..count]);
        assert_eq!(report.provenance.unwrap().feature_set_version, listed.feature_set_version);
    }
    assert!(listed.features.iter().take(FEATURES.len()).all(|feature| !feature.full_view_only));
    Ok(())
}

#[tokio::test]
async fn the_limits_in_force_are_told() -> Outcome {
    let server = start(Limits::with_max_text_bytes(12_345)).await?;
    let answer = server.client().get_model(v1::GetModelRequest {}).await?.into_inner();
    let limits = answer.limits.unwrap();
    assert_eq!((limits.max_text_bytes, limits.max_batch_articles), (12_345, 100));
    assert!(limits.max_request_bytes > limits.max_text_bytes);
    let model = answer.model.unwrap();
    for weight in &model.weights {
        assert!(FEATURES.iter().any(|feature| feature.id == weight.feature_id));
    }
    let scored = server.client().score_article(request(article("", ARTICLE))).await?;
    let provenance = scored.into_inner().report.unwrap().provenance.unwrap();
    assert_eq!(provenance.model_version, model.version);
    assert_eq!(provenance.feature_set_version, model.feature_set_version);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_text_gets_a_report_whose_spans_hold(
        texts in prop::collection::vec("\\PC{0,200}|([A-Z][a-z \u{e9}\u{201c}\u{201d}\u{1F600}]{1,30}[.!?\r\n ]{1,3}){0,40}", 1..6),
        title in "\\PC{0,40}",
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
        runtime.block_on(async {
            let server = start(Limits::default()).await.unwrap();
            for encoding in ENCODINGS {
                let articles: Vec<_> = texts
                    .iter()
                    .map(|text| v1::Article { title: title.clone(), ..article("p", text) })
                    .collect();
                let request = v1::BatchScoreArticlesRequest {
                    articles: articles.clone(),
                    view: v1::ReportView::Full.into(),
                    offset_encoding: encoding.into(),
                    ..v1::BatchScoreArticlesRequest::default()
                };
                let results = server.client().batch_score_articles(request).await.unwrap().into_inner().results;
                assert_eq!(results.len(), articles.len());
                for (result, article) in results.iter().zip(&articles) {
                    check(slot(result).unwrap(), article, encoding);
                }
                let items: Vec<_> = articles
                    .iter()
                    .map(|article| v1::StreamScoreArticlesRequest {
                        view: v1::ReportView::Full.into(),
                        offset_encoding: encoding.into(),
                        ..item(article.clone())
                    })
                    .collect();
                let answers = server.client().stream_score_articles(tokio_stream::iter(items)).await.unwrap();
                let streamed: Vec<_> = answers.into_inner().map(|answer| answer.unwrap().result.unwrap()).collect().await;
                assert_eq!(streamed, results, "a stream answers as a batch does");
            }
        });
    }
}
