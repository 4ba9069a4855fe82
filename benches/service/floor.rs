//! A service of the same messages that scores nothing: what HTTP/2, protocol buffers and the kernel take for them.

use std::error::Error;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use candor::rpc::v1::reliability_service_server::{ReliabilityService, ReliabilityServiceServer};
use candor::rpc::v1::{self, article_result};
use candor::rpc::{Limits, convert, validate};
use futures_util::stream::{BoxStream, StreamExt as _};
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status, Streaming};

/// The argument by which the bench starts itself as this service.
pub const ARGUMENT: &str = "--answer-at-once";

type Outcome<T> = Result<T, Box<dyn Error>>;

/// This service in a process of its own, ended with the value.
pub struct Floor {
    child: Child,
    pub uri: String,
}

impl Floor {
    pub fn start() -> Outcome<Self> {
        let mut child = Command::new(std::env::current_exe()?).arg(ARGUMENT).stdout(Stdio::piped()).spawn()?;
        let mut uri = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut uri)?;
        Ok(Floor { child, uri: uri.trim().to_owned() })
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves the report on `text` for whatever comes, until the process is ended.
pub async fn serve(text: String) -> Outcome<()> {
    let article = v1::Article { text, ..v1::Article::default() };
    let request = v1::ScoreArticleRequest { article: Some(article), ..v1::ScoreArticleRequest::default() };
    let job = validate::score_article(request, &Limits::default())?;
    let report = convert::score(&candor::Engine::embedded()?, &job);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    let service = ReliabilityServiceServer::new(Same(report));
    Ok(tonic::transport::Server::builder().add_service(service).serve_with_incoming(incoming).await?)
}

#[derive(Clone)]
struct Same(v1::Report);

#[tonic::async_trait]
impl ReliabilityService for Same {
    async fn score_article(
        &self,
        _request: Request<v1::ScoreArticleRequest>,
    ) -> Result<Response<v1::ScoreArticleResponse>, Status> {
        Ok(Response::new(v1::ScoreArticleResponse { report: Some(self.0.clone()) }))
    }

    async fn stream_score_articles(
        &self,
        request: Request<Streaming<v1::StreamScoreArticlesRequest>>,
    ) -> Result<Response<BoxStream<'static, Result<v1::StreamScoreArticlesResponse, Status>>>, Status> {
        let same = self.clone();
        let answers = request.into_inner().map(move |request| {
            let article = request?.article.unwrap_or_default();
            let report = Some(article_result::Result::Report(same.0.clone()));
            Ok(v1::StreamScoreArticlesResponse {
                result: Some(v1::ArticleResult { article_id: article.id, result: report }),
            })
        });
        Ok(Response::new(answers.boxed()))
    }

    async fn batch_score_articles(
        &self,
        _request: Request<v1::BatchScoreArticlesRequest>,
    ) -> Result<Response<v1::BatchScoreArticlesResponse>, Status> {
        Err(Status::unimplemented("not measured"))
    }

    async fn list_features(
        &self,
        _request: Request<v1::ListFeaturesRequest>,
    ) -> Result<Response<v1::ListFeaturesResponse>, Status> {
        Err(Status::unimplemented("not measured"))
    }

    async fn get_model(
        &self,
        _request: Request<v1::GetModelRequest>,
    ) -> Result<Response<v1::GetModelResponse>, Status> {
        Err(Status::unimplemented("not measured"))
    }
}
