//! Health, reflection, listening and shutdown.

mod common;

use std::time::Duration;

use candor::Engine;
use candor::rpc::Limits;
use candor::rpc::v1::{self, FILE_DESCRIPTOR_SET};
use candor::server::{Ended, Server, Settings, Stop};
use common::{ARTICLE, Client, Outcome, article, item, request, start};
use prost::Message as _;
use prost_reflect::DescriptorPool;
use prost_types::{FileDescriptorProto, FileDescriptorSet};
use tokio::sync::{mpsc, oneshot};
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Code;
use tonic::transport::{Channel, Endpoint};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tonic_reflection::pb::v1 as reflection;
use tonic_types::StatusExt as _;

const SERVICE: &str = "candor.v1.ReliabilityService";

fn on_a_free_port() -> Settings {
    Settings { listen: "127.0.0.1:0".to_owned(), ..Settings::default() }
}

async fn stop_when(told: oneshot::Receiver<()>) -> Stop {
    drop(told.await);
    Stop::Now
}

fn service(name: &str) -> HealthCheckRequest {
    HealthCheckRequest { service: name.to_owned() }
}

#[tokio::test]
async fn health_is_told_for_the_server_and_the_service() -> Outcome {
    let mut server = start(Limits::default()).await?;
    let mut client = HealthClient::new(server.channel.clone());
    for name in ["", SERVICE] {
        let status = client.check(service(name)).await?.into_inner().status();
        assert_eq!(status, ServingStatus::NotServing, "{name:?} before it is ready");
    }
    server.health.ready().await;
    for name in ["", SERVICE] {
        let status = client.check(service(name)).await?.into_inner().status();
        assert_eq!(status, ServingStatus::Serving, "{name:?}");
    }
    let unknown = client.check(service("candor.v1.Nothing")).await.unwrap_err();
    assert_eq!(unknown.code(), Code::NotFound);

    let mut watch = client.watch(service(SERVICE)).await?.into_inner();
    assert_eq!(watch.next().await.unwrap()?.status(), ServingStatus::Serving);
    server.health.stop().await;
    assert_eq!(watch.next().await.unwrap()?.status(), ServingStatus::NotServing);
    assert!(watch.next().await.is_none(), "a watch ends when the service stops");
    Ok(())
}

/// A client that is told of an error asks again and again; one that is told of no such service waits.
#[tokio::test]
async fn a_watch_of_a_service_that_is_not_known_says_so_and_stays_open() -> Outcome {
    let server = start(Limits::default()).await?;
    let mut client = HealthClient::new(server.channel.clone());
    for name in ["candor.v1.Nothing", "candor.v1.reliabilityservice", "grpc.health.v1.Health"] {
        let mut watch = client.watch(service(name)).await?.into_inner();
        assert_eq!(watch.next().await.unwrap()?.status(), ServingStatus::ServiceUnknown, "{name}");
        server.health.ready().await;
        let more = tokio::time::timeout(Duration::from_millis(200), watch.next()).await;
        assert!(more.is_err(), "{name}: {more:?}");
    }
    Ok(())
}

type Asked = reflection::server_reflection_request::MessageRequest;
type Answered = reflection::server_reflection_response::MessageResponse;

async fn reflect(channel: &Channel, asked: Asked) -> Result<Answered, Box<dyn std::error::Error>> {
    let request = reflection::ServerReflectionRequest { host: String::new(), message_request: Some(asked) };
    let mut client = reflection::server_reflection_client::ServerReflectionClient::new(channel.clone());
    let mut answers = client.server_reflection_info(tokio_stream::once(request)).await?.into_inner();
    let answer = answers.next().await.ok_or("no answer")??;
    Ok(answer.message_response.ok_or("an empty answer")?)
}

async fn file_of(channel: &Channel, symbol: &str) -> Result<FileDescriptorProto, Box<dyn std::error::Error>> {
    match reflect(channel, Asked::FileContainingSymbol(symbol.to_owned())).await? {
        Answered::FileDescriptorResponse(files) => {
            Ok(FileDescriptorProto::decode(files.file_descriptor_proto[0].as_slice())?)
        }
        other => Err(format!("{other:?}").into()),
    }
}

#[tokio::test]
async fn reflection_tells_enough_to_call_every_method_and_read_every_error() -> Outcome {
    let server = start(Limits::default()).await?;
    let listed = reflect(&server.channel, Asked::ListServices(String::new())).await?;
    let Answered::ListServicesResponse(listed) = listed else {
        return Err(format!("{listed:?}").into());
    };
    let names: Vec<_> = listed.service.into_iter().map(|service| service.name).collect();
    for name in [SERVICE, "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"] {
        assert!(names.iter().any(|listed| listed == name), "{name} in {names:?}");
    }

    // One client may ask for all of these; their files must not contradict each other.
    let mut files = FileDescriptorSet::default();
    for symbol in [
        SERVICE,
        "candor.v1.Report",
        "google.rpc.Status",
        "google.rpc.ErrorInfo",
        "google.rpc.BadRequest",
        "grpc.health.v1.Health",
        "google.protobuf.Any",
        "google.protobuf.Timestamp",
        "google.protobuf.Duration",
    ] {
        let file = file_of(&server.channel, symbol).await.map_err(|error| format!("{symbol}: {error}"))?;
        if !files.file.contains(&file) {
            files.file.push(file);
        }
    }
    let comments = files.file.iter().filter(|file| file.package() == "candor.v1");
    for file in comments {
        assert!(file.source_code_info.is_some(), "{} has no comments", file.name());
    }
    let pool = DescriptorPool::from_file_descriptor_set(files)?;
    let service = pool.get_service_by_name(SERVICE).ok_or("no service")?;
    assert_eq!(service.methods().len(), 5);
    Ok(())
}

#[tokio::test]
async fn reflection_answers_in_its_older_version_too() -> Outcome {
    use tonic_reflection::pb::v1alpha;
    let server = start(Limits::default()).await?;
    let request = v1alpha::ServerReflectionRequest {
        host: String::new(),
        message_request: Some(v1alpha::server_reflection_request::MessageRequest::FileContainingSymbol(
            "google.rpc.BadRequest".to_owned(),
        )),
    };
    let mut client = v1alpha::server_reflection_client::ServerReflectionClient::new(server.channel.clone());
    let mut answers = client.server_reflection_info(tokio_stream::once(request)).await?.into_inner();
    let answer = answers.next().await.ok_or("no answer")??.message_response;
    assert!(matches!(answer, Some(v1alpha::server_reflection_response::MessageResponse::FileDescriptorResponse(_))));
    Ok(())
}

#[test]
fn every_part_of_the_api_is_documented() -> Outcome {
    let set = FileDescriptorSet::decode(FILE_DESCRIPTOR_SET)?;
    for file in set.file.iter().filter(|file| file.package() == "candor.v1") {
        let info = file.source_code_info.as_ref().ok_or("no comments")?;
        let undocumented = info.location.iter().filter(|at| {
            // Messages, enums, services and, inside them, fields, values and methods.
            let part = matches!(at.path.as_slice(), [4..=6, _] | [4..=6, _, 2, _]);
            part && at.leading_comments().trim().is_empty()
        });
        let paths: Vec<_> = undocumented.map(|at| &at.path).collect();
        assert!(paths.is_empty(), "{}: {paths:?}", file.name());
    }
    Ok(())
}

#[tokio::test]
async fn a_server_on_a_free_port_stops_although_a_watch_is_open() -> Outcome {
    let server = Server::bind(on_a_free_port(), Engine::embedded()?).await?;
    let address = format!("http://{}", server.address());
    assert_ne!(server.address().port(), 0);
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(server.run(stop_when(stopped)));

    let channel = Endpoint::new(address)?.connect().await?;
    let mut client = Client::new(channel.clone());
    client.score_article(request(article("", ARTICLE))).await?;
    let mut health = HealthClient::new(channel);
    let mut watch = health.watch(service("")).await?.into_inner();
    // The first answer may come before the model has proved itself.
    while watch.next().await.ok_or("the watch ended")??.status() != ServingStatus::Serving {}
    let mut unknown = health.watch(service("candor.v1.Nothing")).await?.into_inner();
    assert_eq!(unknown.next().await.unwrap()?.status(), ServingStatus::ServiceUnknown);

    stop.send(()).map_err(|()| "the server has stopped already")?;
    assert_eq!(running.await??, Ended::Finished);
    assert_eq!(watch.next().await.unwrap()?.status(), ServingStatus::NotServing);
    assert!(watch.next().await.is_none());
    assert!(unknown.next().await.is_none());
    Ok(())
}

#[tokio::test]
async fn a_stream_that_never_ends_does_not_keep_a_server_from_stopping() -> Outcome {
    let server = Server::bind(on_a_free_port(), Engine::embedded()?).await?;
    let address = format!("http://{}", server.address());
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(server.run(stop_when(stopped)));

    let (send, receive) = mpsc::channel(1);
    let mut client = Client::connect(address).await?;
    let mut answers = client.stream_score_articles(ReceiverStream::new(receive)).await?.into_inner();
    send.send(item(article("open", ARTICLE))).await?;
    assert!(answers.next().await.unwrap()?.result.is_some());

    stop.send(()).map_err(|()| "the server has stopped already")?;
    assert_eq!(running.await??, Ended::Finished);
    let told = answers.next().await.unwrap().unwrap_err();
    assert_eq!(told.code(), Code::Unavailable);
    assert!(told.get_details_retry_info().is_some());
    assert!(answers.next().await.is_none());
    drop(send);
    Ok(())
}

#[tokio::test]
async fn an_address_in_use_is_refused_in_one_sentence() -> Outcome {
    let first = Server::bind(on_a_free_port(), Engine::embedded()?).await?;
    let address = first.address().to_string();
    let settings = Settings { listen: address.clone(), ..Settings::default() };
    let error = Server::bind(settings, Engine::embedded()?).await.unwrap_err();
    assert!(error.to_string().starts_with(&format!("Cannot listen on {address}: ")), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_method_that_does_not_exist_is_unimplemented() -> Outcome {
    let server = start(Limits::default()).await?;
    let mut grpc = tonic::client::Grpc::new(server.channel.clone());
    for path in ["/candor.v1.ReliabilityService/Judge", "/candor.v1.ReliabilityService/x/StreamScoreArticles"] {
        grpc.ready().await?;
        let codec = tonic_prost::ProstCodec::<v1::GetModelRequest, v1::GetModelResponse>::default();
        let path = tonic::codegen::http::uri::PathAndQuery::from_static(path);
        let answer = grpc.unary(tonic::Request::new(v1::GetModelRequest {}), path.clone(), codec).await;
        let refused = answer.unwrap_err();
        assert_eq!(refused.code(), Code::Unimplemented, "{path}");
        assert_eq!(refused.get_details_error_info().unwrap().reason, "UNKNOWN_METHOD", "{path}");
    }
    Ok(())
}
