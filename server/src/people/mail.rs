//! Letters by SMTP.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use tokio::sync::Semaphore;

use crate::config;

/// How long one letter may take.
const SENDING: Duration = Duration::from_secs(30);
/// Letters sent at once; more wait.
const AT_ONCE: usize = 4;

/// Sends letters. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Mail {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    places: Arc<Semaphore>,
}

impl Mail {
    /// Nothing is connected yet.
    ///
    /// # Errors
    /// When the server's address or the sender makes no sense.
    pub fn new(config: &config::Mail) -> anyhow::Result<Self> {
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(&config.server)
            .context("`mail.server` cannot be used")?
            .timeout(Some(SENDING))
            .build();
        Ok(Self {
            server,
            from: config.from.parse().context("`mail.from` cannot be used")?,
            places: Arc::new(Semaphore::new(AT_ONCE)),
        })
    }

    /// Sends a letter of plain text.
    ///
    /// # Errors
    /// When the server cannot be reached within a minute or does not take the letter.
    pub async fn send(&self, to: &str, subject: &str, text: String) -> anyhow::Result<()> {
        let letter = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to.parse()?))
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(text)?;
        let sending = async {
            let _place = self.places.acquire().await?;
            self.server.send(letter).await?;
            anyhow::Ok(())
        };
        tokio::time::timeout(2 * SENDING, sending)
            .await
            .context("the mail server took too long")?
    }
}

#[cfg(test)]
pub mod testing {
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
    use tokio::net::TcpListener;
    use tokio::sync::mpsc;

    /// A mail server that takes every letter and hands it on as it came. Gives its address.
    pub async fn server() -> (String, mpsc::Receiver<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("smtp://{}", listener.local_addr().unwrap());
        let (sender, letters) = mpsc::channel(8);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sender = sender.clone();
                tokio::spawn(async move {
                    let (read, mut write) = stream.into_split();
                    let mut lines = BufReader::new(read).lines();
                    let _ = write.write_all(b"220 mail.example ESMTP\r\n").await;
                    while let Ok(Some(line)) = lines.next_line().await {
                        let word = line.get(..4).unwrap_or_default().to_uppercase();
                        let reply: &[u8] = match word.as_str() {
                            "DATA" => b"354 go on\r\n",
                            "QUIT" => b"221 bye\r\n",
                            _ => b"250 OK\r\n",
                        };
                        let _ = write.write_all(reply).await;
                        if word != "DATA" {
                            continue;
                        }
                        let mut letter = String::new();
                        while let Ok(Some(line)) = lines.next_line().await {
                            if line == "." {
                                break;
                            }
                            letter.push_str(&line);
                            letter.push('\n');
                        }
                        let _ = sender.send(letter).await;
                        let _ = write.write_all(b"250 taken\r\n").await;
                    }
                });
            }
        });
        (address, letters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_letter_arrives_whole_and_under_its_subject() {
        let (server, mut letters) = testing::server().await;
        let from = "Drydock <drydock@example.edu>".to_owned();
        let mail = Mail::new(&config::Mail { server, from }).unwrap();
        let text = "Hello\n\nhttp://example.edu/x\n".to_owned();
        mail.send("ada@example.edu", "A subject", text)
            .await
            .unwrap();
        let letter = tokio::time::timeout(SENDING, letters.recv())
            .await
            .unwrap()
            .unwrap();
        for part in [
            "To: ada@example.edu",
            "Subject: A subject",
            "<drydock@example.edu>",
            "http://example.edu/x",
        ] {
            assert!(letter.contains(part), "{part} in {letter}");
        }
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_an_error_and_no_wait() {
        for server in [
            "smtp://127.0.0.1:1",
            "smtp://me:hush@127.0.0.1:1?tls=required",
            "smtps://me:hush@127.0.0.1:1",
        ] {
            let config = config::Mail {
                server: server.into(),
                from: "drydock@example.edu".into(),
            };
            let mail = Mail::new(&config).unwrap();
            assert!(mail.send("ada@example.edu", "s", "t".into()).await.is_err());
            assert!(mail.send("no address", "s", "t".into()).await.is_err());
        }
    }
}
