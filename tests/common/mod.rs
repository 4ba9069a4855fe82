//! A server in memory and a client that speaks to it.

#![allow(dead_code, reason = "each test file uses its own part")]

pub mod batch;
pub mod marks;
pub mod process;
pub mod raw;

use std::error::Error;

use candor::Engine;
use candor::rpc::Limits;
use candor::rpc::v1::{self, reliability_service_client::ReliabilityServiceClient};
use candor::server::auth::Peer;
use candor::server::{Health, Parts, Settings};
use hyper_util::rt::TokioIo;
use tonic::transport::{Channel, Endpoint};
use tower::service_fn;

pub type Client = ReliabilityServiceClient<Channel>;
pub type Outcome = Result<(), Box<dyn Error>>;

/// More than eighty words of prose in every width of character, with a quotation and a bare source.
pub const ARTICLE: &str = "Caf\u{e9} levy passes by one vote\r\n\r\n\
    The city council of Lindmoor approved a levy of \u{20ac}2 on every caf\u{e9} table on Tuesday, by 14 votes to 13. \
    \u{201c}We will appeal before the end of the month,\u{201d} said Ren\u{e9}e Dupont, who leads the guild of caf\u{e9} owners. \
    The levy would raise \u{20ac}310,000 a year, according to a report that the treasurer published in March.\n\n\
    Critics say that it will ruin the trade. A source said that two members of the council might change sides. \
    The mayor, Ingrid Aalto, wrote \u{1F600} under a photograph of the vote and did not answer questions. \
    The council meets again on May 9, 2024, and the levy takes effect in July unless a court decides otherwise.\n";

pub struct Running {
    pub channel: Channel,
    pub health: Health,
}

impl Running {
    pub fn client(&self) -> Client {
        Client::new(self.channel.clone())
    }
}

/// Starts a server over an in-memory connection.
pub async fn start(limits: Limits) -> Result<Running, Box<dyn Error>> {
    let (client_side, server_side) = tokio::io::duplex(1 << 16);
    let settings = Settings { limits, ..Settings::default() };
    let parts = Parts::of(&settings, Engine::embedded()?).await?;
    let health = parts.health.clone();
    tokio::spawn(async move { parts.connections.speak(server_side, Peer::default(), parts.stopping()).await });
    let mut client_side = Some(client_side);
    let channel = Endpoint::from_static("http://in.memory")
        .connect_with_connector(service_fn(move |_| {
            let side = client_side.take().map(TokioIo::new);
            async move { side.ok_or_else(|| std::io::Error::other("there is one connection only")) }
        }))
        .await?;
    Ok(Running { channel, health })
}

pub fn article(id: &str, text: &str) -> v1::Article {
    v1::Article { id: id.to_owned(), text: text.to_owned(), ..v1::Article::default() }
}

pub fn request(article: v1::Article) -> v1::ScoreArticleRequest {
    v1::ScoreArticleRequest { article: Some(article), ..v1::ScoreArticleRequest::default() }
}

pub fn item(article: v1::Article) -> v1::StreamScoreArticlesRequest {
    v1::StreamScoreArticlesRequest { article: Some(article), ..v1::StreamScoreArticlesRequest::default() }
}
