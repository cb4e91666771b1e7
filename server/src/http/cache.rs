//! Pages as they are for a visitor without a session: drawn once per content version and
//! compressed once, because compressing on each request halves what the server can give.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::RwLock;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use sha2::{Digest as _, Sha256};

/// A page in every encoding that we offer.
#[derive(Debug, Clone)]
pub struct CachedPage {
    plain: Bytes,
    gzip: Bytes,
    brotli: Bytes,
    tag: HeaderValue,
}

impl CachedPage {
    /// Compresses a page: a few milliseconds.
    pub fn new(html: String) -> Self {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        let mut packed = Vec::new();
        // Writing to memory cannot fail.
        let _ = gzip.write_all(html.as_bytes());
        {
            let mut brotli = brotli::CompressorWriter::new(&mut packed, 4096, 6, 20);
            let _ = brotli.write_all(html.as_bytes());
        }
        let digest = Sha256::digest(html.as_bytes());
        let tag = format!("W/\"{}\"", hex(&digest[..12]));
        Self {
            plain: html.into(),
            gzip: gzip.finish().unwrap_or_default().into(),
            brotli: packed.into(),
            tag: HeaderValue::try_from(tag).unwrap_or(HeaderValue::from_static("W/\"0\"")),
        }
    }

    /// The reply in the best encoding that the client takes, or 304 if it has the page.
    pub fn reply(&self, request: &HeaderMap) -> Response {
        if request.get(header::IF_NONE_MATCH) == Some(&self.tag) {
            return (StatusCode::NOT_MODIFIED, [(header::ETAG, self.tag.clone())]).into_response();
        }
        let accepts = |name: &str| {
            request
                .get(header::ACCEPT_ENCODING)
                .and_then(|value| value.to_str().ok())
                .is_some_and(|text| {
                    text.split(',').any(|part| {
                        part.split(';')
                            .next()
                            .is_some_and(|coding| coding.trim() == name)
                    })
                })
        };
        let (body, encoding) = if accepts("br") {
            (&self.brotli, Some("br"))
        } else if accepts("gzip") {
            (&self.gzip, Some("gzip"))
        } else {
            (&self.plain, None)
        };
        let mut response = (
            [
                (
                    header::CONTENT_TYPE,
                    HeaderValue::from_static("text/html; charset=utf-8"),
                ),
                // The page of who has a session differs, at the same address.
                (
                    header::VARY,
                    HeaderValue::from_static("accept-encoding, cookie"),
                ),
                (
                    header::CACHE_CONTROL,
                    HeaderValue::from_static("private, no-cache"),
                ),
                (header::ETAG, self.tag.clone()),
            ],
            body.clone(),
        )
            .into_response();
        if let Some(encoding) = encoding {
            response
                .headers_mut()
                .insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Cached pages by address, of one content version.
#[derive(Debug, Default)]
pub struct PageCache {
    pages: RwLock<(u64, HashMap<String, CachedPage>)>,
}

impl PageCache {
    /// The page at `address` as of content `version`.
    pub fn find(&self, version: u64, address: &str) -> Option<CachedPage> {
        let pages = self
            .pages
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if pages.0 == version {
            pages.1.get(address).cloned()
        } else {
            None
        }
    }

    /// Keeps the page at `address` as of content `version`; pages of another version go. Only
    /// pages that exist are kept, so the cache is as large as the course at most.
    pub fn keep(&self, version: u64, address: &str, html: String) -> CachedPage {
        let page = CachedPage::new(html);
        let mut pages = self
            .pages
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if pages.0 != version {
            *pages = (version, HashMap::new());
        }
        pages.1.insert(address.to_owned(), page.clone());
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_kept_until_the_content_changes() {
        let cache = PageCache::default();
        assert!(cache.find(1, "/x").is_none());
        cache.keep(1, "/x", "v1".into());
        assert_eq!(cache.find(1, "/x").unwrap().plain, "v1");
        assert!(cache.find(2, "/x").is_none());
        cache.keep(2, "/y", "v2".into());
        assert!(cache.find(2, "/x").is_none());
    }

    #[test]
    fn a_client_that_has_the_page_gets_no_body() {
        let page = CachedPage::new("hello".into());
        let fresh = page.reply(&HeaderMap::new());
        assert_eq!(fresh.status(), StatusCode::OK);
        let mut request = HeaderMap::new();
        request.insert(header::IF_NONE_MATCH, fresh.headers()[header::ETAG].clone());
        assert_eq!(page.reply(&request).status(), StatusCode::NOT_MODIFIED);
    }

    #[test]
    fn the_best_encoding_that_is_taken_is_given() {
        let page = CachedPage::new("hello ".repeat(100));
        for (accept, expected) in [
            ("gzip, deflate, br", Some("br")),
            ("gzip", Some("gzip")),
            ("identity", None),
        ] {
            let mut request = HeaderMap::new();
            request.insert(header::ACCEPT_ENCODING, accept.parse().unwrap());
            let reply = page.reply(&request);
            assert_eq!(
                reply
                    .headers()
                    .get(header::CONTENT_ENCODING)
                    .map(|v| v.to_str().unwrap()),
                expected
            );
        }
    }
}
