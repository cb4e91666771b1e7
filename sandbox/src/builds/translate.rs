//! BuildKit's messages as the lens takes them.

use bollard_buildkit_proto::google::protobuf::Timestamp;
use bollard_buildkit_proto::moby::buildkit::v1::{BuildHistoryRecord, StatusResponse};
use drydock_lens::{Micros, Record, Update, Vertex};

pub(super) fn micros(time: Timestamp) -> Micros {
    time.seconds
        .saturating_mul(1_000_000)
        .saturating_add(i64::from(time.nanos) / 1000)
}

pub(super) fn record(told: BuildHistoryRecord) -> Record {
    Record {
        reference: told.r#ref,
        started: told.created_at.map_or(0, micros),
        completed: told.completed_at.map(micros),
        error: told.error.map(|status| status.message),
        attributes: told.frontend_attrs.into_iter().collect(),
    }
}

pub(super) fn update(status: StatusResponse) -> Update {
    let vertexes = status.vertexes.into_iter().map(|vertex| Vertex {
        digest: vertex.digest,
        inputs: vertex.inputs,
        name: vertex.name,
        cached: vertex.cached,
        started: vertex.started.map(micros),
        completed: vertex.completed.map(micros),
        error: vertex.error,
    });
    Update {
        vertexes: vertexes.collect(),
        notes: status
            .statuses
            .into_iter()
            .map(|status| (status.vertex, status.id))
            .collect(),
        logs: status
            .logs
            .into_iter()
            .map(|log| (log.vertex, log.msg))
            .collect(),
    }
}
