//! What is sent, and how.

use anyhow::Result;
use bytes::Bytes;
use clap::ValueEnum;
use load::watched;
use traffic_api::client::Client;
use traffic_api::client::prelude::*;
use traffic_api::operations::{
    Body, File, GetBytesParams, GetEventsParams, GetLinesParams, GetSequenceParams, PostFileMultipart, Stream,
};

use crate::service::{chunks, item};

/// One way in which a lot is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Exchange {
    UploadBytes,
    UploadFile,
    UploadLines,
    DownloadBytes,
    DownloadLines,
    DownloadSequence,
    DownloadEvents,
}

impl Exchange {
    /// Whether bytes are counted, not items.
    pub(crate) fn is_of_bytes(self) -> bool {
        matches!(self, Self::UploadBytes | Self::UploadFile | Self::DownloadBytes)
    }

    /// Sends or receives so many, one after the other. Gives how many have arrived.
    pub(crate) async fn run(self, client: &Client, count: u64) -> Result<u64> {
        let asked = count as i64;
        let counted = match self {
            Self::UploadBytes => client.put_bytes(chunks(count)).await?.count,
            Self::UploadFile => {
                let file = File::new("zeros.bin", chunks(count));
                client.post_file(PostFileMultipart::new("zeros", file)).await?.count
            }
            Self::UploadLines => client.post_lines(Stream::new(watched(count, item).0)).await?.count,
            Self::DownloadBytes => return bytes_of(client.get_bytes(&GetBytesParams::new(asked)).await?).await,
            Self::DownloadLines => {
                let mut items = client.get_lines(&GetLinesParams::new(asked)).await?;
                let mut arrived = 0;
                while let Some(item) = items.next().await {
                    arrived += i64::from(item?.number == arrived);
                }
                arrived
            }
            Self::DownloadSequence => {
                let mut items = client.get_sequence(&GetSequenceParams::new(asked)).await?;
                let mut arrived = 0;
                while let Some(item) = items.next().await {
                    arrived += i64::from(item?.number == arrived);
                }
                arrived
            }
            Self::DownloadEvents => {
                let mut events = client.get_events(&GetEventsParams::new(asked)).await?;
                let mut arrived = 0;
                while let Some(event) = events.next().await {
                    arrived += i64::from(event?.data.number == arrived);
                }
                arrived
            }
        };
        Ok(u64::try_from(counted)?)
    }
}

/// How many bytes come, one chunk being forgotten before the next.
pub(crate) async fn bytes_of(mut body: Body) -> Result<u64> {
    let mut count = 0;
    while let Some(chunk) = body.chunk().await {
        let chunk: Bytes = chunk?;
        count += chunk.len() as u64;
    }
    Ok(count)
}
