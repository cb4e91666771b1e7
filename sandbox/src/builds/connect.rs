//! The way to the builder: a stream to the engine's socket, upgraded to HTTP/2.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONNECTION, HOST, UPGRADE};
use http::{Request, StatusCode};
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tonic::transport::{Channel, Endpoint};

use crate::error::Error;
use crate::sandbox::Sandbox;

/// How long the way there may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// A channel on a connection of its own. It does not come back when that ends.
pub(super) async fn channel(sandbox: &Sandbox) -> Result<Channel, Error> {
    let connecting = async {
        let upgraded = upgrade(sandbox).await?;
        let once = Mutex::new(Some(upgraded));
        let connector = tower::service_fn(move |_: http::Uri| {
            let connection = once.lock().unwrap_or_else(PoisonError::into_inner).take();
            async move {
                connection
                    .map(TokioIo::new)
                    .ok_or_else(|| io::Error::from(io::ErrorKind::NotConnected))
            }
        });
        Endpoint::from_static("http://lab")
            .connect_with_connector(connector)
            .await
            .map_err(|error| Error::Io(io::Error::other(error)))
    };
    tokio::time::timeout(CONNECT_LIMIT, connecting)
        .await
        .unwrap_or(Err(Error::TimedOut {
            what: "connecting to the sandbox's builder",
            limit: CONNECT_LIMIT,
        }))
}

async fn upgrade(sandbox: &Sandbox) -> Result<TokioIo<Upgraded>, Error> {
    let pipe = sandbox.dial_engine().await?;
    let (mut sender, driver) = http1::handshake::<_, Empty<Bytes>>(TokioIo::new(pipe))
        .await
        .map_err(io::Error::other)?;
    tokio::spawn(driver.with_upgrades());
    let request = Request::post("/grpc")
        .header(HOST, "lab")
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "h2c")
        .body(Empty::new())
        .map_err(io::Error::other)?;
    let answer = sender
        .send_request(request)
        .await
        .map_err(io::Error::other)?;
    if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(Error::Inside {
            what: "connecting to the builder",
            detail: format!("it answered {}", answer.status()),
        });
    }
    let upgraded = hyper::upgrade::on(answer).await.map_err(io::Error::other)?;
    Ok(TokioIo::new(upgraded))
}
