//! The network address that a request comes from, and the site's own.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, header};
use ipnet::IpNet;

use crate::app::App;
use crate::error::AppError;

/// Where a request comes from: the other end of the connection, or, if that is a proxy that the
/// configuration trusts, whom the proxy names in `X-Forwarded-For`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address(pub IpAddr);

impl FromRequestParts<App> for Address {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .ok_or_else(|| AppError::Internal(anyhow::anyhow!("a request from nowhere")))?;
        let trusted = &app.config.http.trusted_proxies;
        Ok(Self(behind(peer.0.ip(), &parts.headers, trusted)))
    }
}

/// Where the site is for who sent this request: what links that are given away begin with.
pub fn site(app: &App, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).map(HeaderValue::to_str);
    match (&app.config.http.public_url, host) {
        (None, Some(Ok(host))) => format!("http://{host}"),
        _ => app.config.http.base(),
    }
}

/// The last address before the proxies that are trusted. What stands further left was written by
/// whoever that is, and may be invented.
fn behind(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|net| net.contains(&address));
    let mut from = peer.to_canonical();
    let named: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    for name in named.into_iter().rev() {
        if !is_trusted(from) {
            break;
        }
        let name = name.trim();
        let address = name
            .parse::<IpAddr>()
            .or_else(|_| name.parse::<SocketAddr>().map(|socket| socket.ip()));
        let Ok(address) = address else { break };
        from = address.to_canonical();
    }
    from
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        behind(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn without_a_trusted_proxy_nobody_is_believed() {
        assert_eq!(from("192.0.2.9", &["203.0.113.1"], &[]), "192.0.2.9");
        assert_eq!(
            from("192.0.2.9", &["203.0.113.1"], &["127.0.0.1/32"]),
            "192.0.2.9"
        );
    }

    #[test]
    fn a_trusted_proxy_names_whom_it_serves() {
        let proxy = ["127.0.0.1/32", "10.0.0.0/8"];
        assert_eq!(from("127.0.0.1", &["203.0.113.1"], &proxy), "203.0.113.1");
        assert_eq!(
            from("127.0.0.1", &["203.0.113.1:4711"], &proxy),
            "203.0.113.1"
        );
        assert_eq!(
            from("::ffff:127.0.0.1", &["2001:db8::1"], &proxy),
            "2001:db8::1"
        );
        // A proxy behind a proxy.
        assert_eq!(
            from("127.0.0.1", &["203.0.113.1, 10.1.2.3"], &proxy),
            "203.0.113.1"
        );
        assert_eq!(
            from("127.0.0.1", &["203.0.113.1", "10.1.2.3"], &proxy),
            "203.0.113.1"
        );
    }

    #[test]
    fn what_was_sent_to_the_proxy_is_not_believed() {
        let proxy = ["127.0.0.1/32"];
        assert_eq!(
            from("127.0.0.1", &["1.1.1.1, 203.0.113.1"], &proxy),
            "203.0.113.1"
        );
        assert_eq!(
            from("127.0.0.1", &["1.1.1.1", "203.0.113.1"], &proxy),
            "203.0.113.1"
        );
        assert_eq!(
            from("127.0.0.1", &["1.1.1.1, nonsense"], &proxy),
            "127.0.0.1"
        );
        assert_eq!(from("127.0.0.1", &[], &proxy), "127.0.0.1");
    }
}
