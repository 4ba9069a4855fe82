//! The methods that are answered, as metrics and rules name them.

/// How a method's messages come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Scores within one call: takes room, has a deadline.
    Scoring,
    /// Scores for as long as the caller sends.
    ScoringStream,
    /// Answers from memory.
    Unary,
    /// Tells of changes until either side ends it.
    ServerStream,
    /// Questions and answers, such as reflection.
    Stream,
}

/// One method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Method {
    pub service: &'static str,
    pub name: &'static str,
    pub kind: Kind,
}

const SCORING: &str = "candor.v1.ReliabilityService";
const HEALTH: &str = "grpc.health.v1.Health";

/// Every method, once. Metrics have no labels from anywhere else: a caller cannot make up new ones.
pub const METHODS: &[Method] = &[
    Method { service: SCORING, name: "ScoreArticle", kind: Kind::Scoring },
    Method { service: SCORING, name: "BatchScoreArticles", kind: Kind::Scoring },
    Method { service: SCORING, name: "StreamScoreArticles", kind: Kind::ScoringStream },
    Method { service: SCORING, name: "ListFeatures", kind: Kind::Unary },
    Method { service: SCORING, name: "GetModel", kind: Kind::Unary },
    Method { service: HEALTH, name: "Check", kind: Kind::Unary },
    Method { service: HEALTH, name: "Watch", kind: Kind::ServerStream },
    Method { service: "grpc.reflection.v1.ServerReflection", name: "ServerReflectionInfo", kind: Kind::Stream },
    Method { service: "grpc.reflection.v1alpha.ServerReflection", name: "ServerReflectionInfo", kind: Kind::Stream },
];

/// Whatever else is called.
const UNKNOWN: Method = Method { service: "unknown", name: "unknown", kind: Kind::Unary };

impl Method {
    /// The method at a path such as `/candor.v1.ReliabilityService/GetModel`.
    #[must_use]
    pub fn at(path: &str) -> Self {
        let named = path.strip_prefix('/').and_then(|path| path.split_once('/'));
        let known = named
            .and_then(|(service, name)| METHODS.iter().find(|method| method.service == service && method.name == name));
        known.copied().unwrap_or(UNKNOWN)
    }

    /// Whether anybody may call it: load balancers ask for health and have no key.
    #[must_use]
    pub fn is_public(self) -> bool {
        self.service == HEALTH
    }

    /// The kind as the metrics of other gRPC servers spell it.
    #[must_use]
    pub fn grpc_type(self) -> &'static str {
        match self.kind {
            Kind::Scoring | Kind::Unary => "unary",
            Kind::ScoringStream | Kind::Stream => "bidi_stream",
            Kind::ServerStream => "server_stream",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rpc::v1::FILE_DESCRIPTOR_SET;

    #[test]
    fn every_method_of_ours_is_listed() {
        let pool = prost_reflect::DescriptorPool::decode(FILE_DESCRIPTOR_SET).unwrap();
        let service = pool.get_service_by_name(SCORING).unwrap();
        for method in service.methods() {
            let found = Method::at(&format!("/{SCORING}/{}", method.name()));
            assert_eq!(found.name, method.name());
            assert_eq!(found.grpc_type() == "bidi_stream", method.is_client_streaming());
        }
    }

    #[test]
    fn what_is_not_listed_has_no_name_of_its_own() {
        for path in
            ["", "/", "//", "/a", "/candor.v1.ReliabilityService/Judge", "candor.v1.ReliabilityService/GetModel"]
        {
            assert_eq!(Method::at(path), UNKNOWN);
        }
        assert!(!UNKNOWN.is_public());
    }
}
