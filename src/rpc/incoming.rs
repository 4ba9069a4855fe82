//! The messages of a stream, read one by one: room before bytes, and nothing kept of one when the next comes.
//!
//! The reader of the generated code keeps, for as long as a stream is open, the room that its longest message took, and
//! gathers a message before anybody has found room for it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Buf as _;
use http_body_util::BodyExt as _;
use prost::Message;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;
use tonic::body::Body;

use super::admission::Admission;
use super::compression::Encoding;
use super::framing::{COMPRESSED, PLAIN, PREFIX_BYTES, Parts, Prefix};
use super::limits::Most;
use super::status::Error;

/// What bounds a message.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    pub most: Most,
    /// How long its bytes may take to come, once there is room for them.
    pub time: Duration,
}

/// The messages of a body.
#[derive(Debug)]
pub struct Incoming {
    body: Body,
    /// What has come and is not yet part of a message.
    arrived: Parts,
    encoding: Encoding,
    bounds: Bounds,
    admission: Arc<Admission>,
}

/// One message as it was sent, and its room.
#[derive(Debug)]
pub struct Received {
    parts: Parts,
    compressed: bool,
    encoding: Encoding,
    most: Most,
    _room: OwnedSemaphorePermit,
}

impl Incoming {
    pub fn new(body: Body, encoding: Encoding, bounds: Bounds, admission: Arc<Admission>) -> Self {
        Incoming { body, arrived: Parts::default(), encoding, bounds, admission }
    }

    /// The next message, or nothing at the end of the body.
    ///
    /// # Errors
    /// The caller has gone in the middle, what comes is no message, is too large, or takes too long.
    pub async fn next(&mut self) -> Result<Option<Received>, Error> {
        if !self.gather(PREFIX_BYTES).await? {
            return if self.arrived.is_empty() { Ok(None) } else { Err(Error::malformed()) };
        }
        let Prefix { flag, bytes } = Prefix::of(&self.arrived.split_to(PREFIX_BYTES)).ok_or_else(Error::malformed)?;
        let compressed = match flag {
            PLAIN => false,
            COMPRESSED if self.encoding != Encoding::Identity => true,
            _ => return Err(Error::malformed()),
        };
        if bytes > self.bounds.most.bytes {
            return Err(Error::message_too_large(self.bounds.most.told));
        }
        let room = self.admission.receive(bytes).await.map_err(|_| Error::stopping())?;
        match timeout(self.bounds.time, self.gather(bytes)).await {
            Ok(Ok(true)) => {}
            Ok(Ok(false)) => return Err(Error::malformed()),
            Ok(Err(error)) => return Err(error),
            Err(_) => return Err(Error::deadline("message")),
        }
        let parts = self.arrived.split_to(bytes);
        Ok(Some(Received { parts, compressed, encoding: self.encoding, most: self.bounds.most, _room: room }))
    }

    /// Reads on until so many bytes have arrived; whether they did before the end.
    async fn gather(&mut self, bytes: usize) -> Result<bool, Error> {
        while self.arrived.remaining() < bytes {
            match self.body.frame().await {
                None => return Ok(false),
                Some(Err(_)) => return Err(Error::cancelled()),
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        self.arrived.push(data);
                    }
                }
            }
        }
        Ok(true)
    }
}

impl Received {
    pub fn is_compressed(&self) -> bool {
        self.compressed
    }

    /// The message. May be asked for again.
    ///
    /// # Errors
    /// It is none, is compressed wrongly, or inflates to too much.
    pub fn decode<M: Message + Default>(&self) -> Result<M, Error> {
        let parts = self.parts.clone();
        let decoded =
            if self.compressed { M::decode(&self.encoding.inflate(parts, self.most)?[..]) } else { M::decode(parts) };
        decoded.map_err(|_| Error::malformed())
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures_util::stream;
    use http_body::Frame;
    use http_body_util::StreamBody;
    use tonic::Status;

    use super::*;
    use crate::rpc::admission::CALL_BYTES;
    use crate::rpc::compression::gzip;
    use crate::rpc::v1::{Article, ScoreArticleRequest};

    const BOUNDS: Bounds = Bounds { most: Most { bytes: 1_000, told: 900 }, time: Duration::from_secs(60) };

    fn request(text: &str) -> ScoreArticleRequest {
        ScoreArticleRequest {
            article: Some(Article { text: text.to_owned(), ..Article::default() }),
            ..ScoreArticleRequest::default()
        }
    }

    fn framed(flag: u8, message: &[u8]) -> Vec<u8> {
        [&Prefix { flag, bytes: message.len() }.encode(), message].concat()
    }

    fn body(parts: Vec<Vec<u8>>) -> Body {
        let frames = parts.into_iter().map(|part| Ok::<_, Status>(Frame::data(Bytes::from(part))));
        Body::new(StreamBody::new(stream::iter(frames)))
    }

    fn incoming(parts: Vec<Vec<u8>>, encoding: Encoding) -> Incoming {
        Incoming::new(body(parts), encoding, BOUNDS, Admission::new(1 << 20, 1))
    }

    /// All messages, and how they ended.
    async fn all(mut incoming: Incoming) -> (Vec<String>, Result<(), Error>) {
        let mut texts = Vec::new();
        loop {
            match incoming.next().await.and_then(|next| next.map(|message| message.decode()).transpose()) {
                Ok(Some(message)) => {
                    let message: ScoreArticleRequest = message;
                    texts.push(message.article.unwrap_or_default().text);
                }
                Ok(None) => return (texts, Ok(())),
                Err(error) => return (texts, Err(error)),
            }
        }
    }

    #[tokio::test]
    async fn messages_are_the_same_however_their_bytes_come() {
        let sent: Vec<u8> =
            ["one", "", "three"].iter().flat_map(|text| framed(0, &request(text).encode_to_vec())).collect();
        for size in 1..=sent.len() {
            let parts = sent.chunks(size).map(<[u8]>::to_vec).collect();
            let (texts, ended) = all(incoming(parts, Encoding::Identity)).await;
            assert_eq!((texts, ended), (vec!["one".to_owned(), String::new(), "three".to_owned()], Ok(())), "{size}");
        }
    }

    #[tokio::test]
    async fn compressed_and_plain_messages_stand_beside_each_other() {
        let plain = request("one").encode_to_vec();
        let parts = vec![framed(0, &plain), framed(1, &gzip(&plain).unwrap()), framed(0, &plain)];
        assert_eq!(all(incoming(parts, Encoding::Gzip)).await, (vec!["one".to_owned(); 3], Ok(())));
    }

    #[tokio::test]
    async fn what_is_no_message_ends_the_stream() {
        let good = framed(0, &request("one").encode_to_vec());
        let bomb = gzip(&request(&"a".repeat(100_000)).encode_to_vec()).unwrap();
        for (bad, encoding, expected) in [
            (framed(1, b""), Encoding::Identity, Error::malformed()),
            (framed(2, b""), Encoding::Gzip, Error::malformed()),
            (framed(1, b"no gzip"), Encoding::Gzip, Error::malformed()),
            (framed(1, &bomb), Encoding::Gzip, Error::message_too_large(900)),
            (framed(0, &[0xff; 8]), Encoding::Identity, Error::malformed()),
            (framed(0, &[0; 1_001]), Encoding::Identity, Error::message_too_large(900)),
            (vec![0, 0xff, 0xff, 0xff, 0xff], Encoding::Identity, Error::message_too_large(900)),
            (vec![0, 0, 0], Encoding::Identity, Error::malformed()),
            (framed(0, b"abc")[..7].to_vec(), Encoding::Identity, Error::malformed()),
        ] {
            let (texts, ended) = all(incoming(vec![good.clone(), bad.clone()], encoding)).await;
            assert_eq!((texts, ended), (vec!["one".to_owned()], Err(expected)), "{bad:?}");
        }
    }

    #[tokio::test]
    async fn a_message_that_begins_and_does_not_go_on_runs_out_of_time() {
        let begun = vec![framed(0, b"abc")[..7].to_vec()];
        let frames = begun.into_iter().map(|part| Ok::<_, Status>(Frame::data(Bytes::from(part))));
        let open = Body::new(StreamBody::new(futures_util::StreamExt::chain(stream::iter(frames), stream::pending())));
        let admission = Admission::new(1 << 20, 1);
        let bounds = Bounds { time: Duration::from_millis(1), ..BOUNDS };
        let mut incoming = Incoming::new(open, Encoding::Identity, bounds, Arc::clone(&admission));
        assert_eq!(incoming.next().await.unwrap_err(), Error::deadline("message"));
        assert_eq!(admission.bytes_in_flight(), (0, 0));
    }

    #[tokio::test]
    async fn nothing_of_a_message_is_read_before_there_is_room_for_it() {
        let admission = Admission::new(4 * CALL_BYTES, 1);
        let all = admission.receive(usize::MAX / 2).await.unwrap();
        let message = framed(0, &request("one").encode_to_vec());
        let (prefix, rest) = message.split_at(PREFIX_BYTES);
        let (send, read) = tokio::sync::mpsc::channel(1);
        let frames = stream::unfold(read, async |mut read| Some((read.recv().await?, read)));
        let body = Body::new(StreamBody::new(frames));
        let mut incoming = Incoming::new(body, Encoding::Identity, BOUNDS, Arc::clone(&admission));
        let reading = tokio::spawn(async move { incoming.next().await.map(|next| next.is_some()) });
        send.send(Ok::<_, Status>(Frame::data(Bytes::copy_from_slice(prefix)))).await.unwrap();
        send.send(Ok(Frame::data(Bytes::copy_from_slice(rest)))).await.unwrap();
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert_eq!(send.capacity(), 0, "the rest is not taken");
        drop(all);
        assert_eq!(reading.await.unwrap(), Ok(true));
        assert_eq!(admission.bytes_in_flight(), (0, 0));
    }
}
