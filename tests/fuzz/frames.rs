//! The body of a stream, as bytes that come in pieces.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use candor::Engine;
use candor::rpc::admission::{Admission, CALL_BYTES};
use candor::rpc::engines::Engines;
use candor::rpc::observer::Unobserved;
use candor::rpc::service::{Server, Service};
use candor::rpc::{Limits, v1};
use http::Request;
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;
use proptest::prelude::*;
use prost::Message as _;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tonic::body::Body;
use tonic::{Code, Status};
use tower::Service as _;

use crate::common::raw::{framed, gzip, zstd};
use crate::{config, reached};

const ENCODINGS: [&str; 4] = ["identity", "gzip", "zstd", "deflate"];

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap());
static ADMISSION: LazyLock<Arc<Admission>> = LazyLock::new(|| Admission::new(64 * CALL_BYTES, 1));
static SERVER: LazyLock<Server> = LazyLock::new(|| {
    let limits = Limits::with_max_text_bytes(64);
    let engines = Engines::new(Engine::embedded().unwrap());
    Server::new(Service::new(engines, limits, Arc::clone(&ADMISSION), Arc::new(Unobserved), watch::channel(false).1))
});

/// The first byte says how the body is compressed, the second how long its pieces are.
pub fn check(bytes: &[u8]) {
    answers(bytes);
}

/// How many messages were answered, and how the stream ended.
fn answers(bytes: &[u8]) -> (usize, Code) {
    let (head, body) = bytes.split_at(bytes.len().min(2));
    let at = |index: usize| usize::from(head.get(index).copied().unwrap_or_default());
    let pieces: Vec<Bytes> = body.chunks(1 + at(1)).map(Bytes::copy_from_slice).collect();
    let frames = pieces.into_iter().map(|piece| Ok::<_, Status>(Frame::data(piece)));
    let request = Request::post("/candor.v1.ReliabilityService/StreamScoreArticles")
        .header("grpc-encoding", ENCODINGS[at(0) % ENCODINGS.len()])
        .body(Body::new(StreamBody::new(futures_util::stream::iter(frames))))
        .unwrap();
    // One at a time: what is in flight is of this one.
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let ended = RUNTIME.block_on(async {
        let response = SERVER.clone().call(request).await.unwrap();
        let told = Status::from_header_map(response.headers());
        let mut body = response.into_body();
        let mut answers = 0;
        loop {
            let next = tokio::time::timeout(Duration::from_secs(60), body.frame()).await;
            match next.expect("a stream that is all there ends").transpose().unwrap().map(Frame::into_data) {
                Some(Ok(answer)) => {
                    assert!(v1::StreamScoreArticlesResponse::decode(answer.slice(5..)).unwrap().result.is_some());
                    answers += 1;
                }
                Some(Err(trailers)) => {
                    let status = Status::from_header_map(trailers.trailers_ref().unwrap()).unwrap();
                    return (answers, status.code());
                }
                None => return (answers, told.unwrap().code()),
            }
        }
    });
    assert_eq!((ADMISSION.bytes_in_flight(), ADMISSION.open_streams()), ((0, 0), 0));
    ended
}

/// A few messages, compressed or not, some of whose bytes are changed or lost.
fn nearly_a_body() -> impl Strategy<Value = Vec<u8>> {
    let message = ("[a-z. ]{0,70}", 0..3_i32, 0..3_u8);
    let messages =
        (0..4_u8, 0..=60_u8, prop::collection::vec(message, 0..4)).prop_map(|(encoding, piece, messages)| {
            let mut bytes = vec![encoding, piece];
            for (text, view, compress) in messages {
                let article = Some(v1::Article { text, ..v1::Article::default() });
                let message = v1::StreamScoreArticlesRequest { article, view, ..Default::default() }.encode_to_vec();
                bytes.extend(match (compress, encoding) {
                    (0, 1) => framed(1, &gzip(&message)),
                    (0, 2) => framed(1, &zstd(&message)),
                    _ => framed(0, &message),
                });
            }
            bytes
        });
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3);
    (messages, changes, prop::option::weighted(0.2, any::<prop::sample::Index>())).prop_map(
        |(mut bytes, changes, end)| {
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes.truncate(end.map_or(bytes.len(), |end| end.index(bytes.len())));
            bytes
        },
    )
}

#[test]
fn some_bodies_are_answered_to_their_end_and_some_are_not() {
    let ended_well = reached(nearly_a_body(), |bytes| answers(&bytes).1 == Code::Ok);
    assert!((40..360).contains(&ended_well), "{ended_well} of 400");
    let answered = reached(nearly_a_body(), |bytes| answers(&bytes).0 > 0);
    assert!((40..360).contains(&answered), "{answered} of 400");
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_body_of_a_stream_is_answered_and_ends(bytes in prop_oneof![
        8 => nearly_a_body(),
        1 => prop::collection::vec(any::<u8>(), 0..60),
    ]) {
        check(&bytes);
    }
}
