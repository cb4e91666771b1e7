//! `drydock serve`.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use axum::serve::ListenerExt as _;
use clap::Args;
use tokio::net::TcpListener;
use tower_sessions::ExpiredDeletion as _;
use tower_sessions_sqlx_store::SqliteStore;

use crate::app::{App, Parts};
use crate::clock::Clock;
use crate::config::Config;
use crate::content::Holder;
use crate::http::{assets, session_cookie};
use crate::labs::Labs;
use crate::people::People;
use crate::router::router;
use crate::store::Store;
use crate::submissions::Submissions;

/// Between two rounds that delete web sessions which have expired.
const EXPIRED_SESSIONS: Duration = Duration::from_secs(60 * 60);
/// How long open requests may go on after a stop was asked for.
const GRACE: Duration = Duration::from_secs(5);

/// Serves the site.
#[derive(Debug, Args)]
pub struct Serve {
    /// Reload content and pages when a file of the content folder changes.
    #[arg(long)]
    watch: bool,
    /// Address and port to listen on, in place of the configured ones.
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
}

impl Serve {
    pub async fn run(self, mut config: Config) -> anyhow::Result<ExitCode> {
        if let Some(listen) = self.listen {
            config.http.listen = listen;
        }
        let clock = Clock::default();
        let store = Store::open(&config.data, clock.clone()).await?;
        let owner = store
            .installation()
            .await
            .context("the installation's name cannot be read")?;
        let content = Holder::load(&config.content);
        if content.now().library.courses.is_empty() {
            tracing::warn!(
                "no course in `{}`: set `content`, or see the problems above",
                config.content.display()
            );
        }
        let _watcher = if self.watch {
            Some(
                content
                    .watch()
                    .context("the content folder cannot be watched")?,
            )
        } else {
            None
        };
        let labs = Labs::new(
            &config,
            owner.clone(),
            store.clone(),
            clock.clone(),
            content.clone(),
        );
        let people = People::new(&config, &clock)?;
        let submissions = Submissions::new(
            &config,
            &owner,
            store.clone(),
            content.clone(),
            labs.clone(),
        );
        let sessions = session_cookie::layer(&store, &config.http).await?;
        let app = App::new(Parts {
            assets: assets::manifest(&config.assets)?,
            pages: Default::default(),
            watching: self.watch,
            config,
            clock,
            store,
            content,
            labs,
            people,
            lti: Default::default(),
            submissions,
        });

        let listen = app.config.http.listen;
        let listener = TcpListener::bind(listen).await.with_context(|| {
            format!("cannot listen on {listen}: is another server running there? Set `http.listen`")
        })?;
        let address = listener.local_addr()?;
        // Without it small replies wait for more to send: 882 requests a second in place of 33,400.
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        tokio::spawn(crate::people::keep_house(app.clone()));
        tokio::spawn(delete_expired(app.store.clone()));
        tokio::spawn(
            app.lti
                .clone()
                .tell_scores(app.store.clone(), app.clock.clone()),
        );
        app.labs.recover().await;
        app.submissions.start().await;
        // The first line on standard output: scripts wait for it.
        println!("Drydock is open at http://{address}");
        if app.store.operators().await? == 0 {
            let token = app.people.claim.open()?;
            let base = match &app.config.http.public_url {
                Some(_) => app.config.http.base(),
                None => format!("http://{address}"),
            };
            println!(
                "Nobody runs this installation yet. Open {base}/claim and give the token {token}"
            );
        }
        let service =
            router(app.clone(), sessions).into_make_service_with_connect_info::<SocketAddr>();
        let (stopped, mut stop) = tokio::sync::watch::channel(false);
        let served = tokio::spawn(
            axum::serve(listener, service)
                .with_graceful_shutdown(async move {
                    let _ = stop.wait_for(|stop| *stop).await;
                })
                .into_future(),
        );
        wait_for_signal().await?;
        tracing::info!("stopping; sandboxes stay and are found again at the next start");
        app.submissions.close().await;
        app.labs.close().await;
        stopped.send_replace(true);
        // Open terminals and event streams never end by themselves.
        let _ = tokio::time::timeout(GRACE, served).await;
        Ok(ExitCode::SUCCESS)
    }
}

async fn delete_expired(store: Store) {
    let sessions = SqliteStore::new(store.pool().clone());
    loop {
        if let Err(error) = sessions.delete_expired().await {
            tracing::warn!(%error, "expired web sessions cannot be deleted");
        }
        tokio::time::sleep(EXPIRED_SESSIONS).await;
    }
}

async fn wait_for_signal() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
