//! Uploading pictures and other files, and who may read them.
//!
//! # What a crash can leave behind
//!
//! Blobs are stored before the row that names them, and a message names only rows. So a message
//! never points at bytes that are not there. A crash between the two leaves bytes without a row,
//! which [`sweeping`] finds. When only the row fails, the bytes are removed again, unless the row
//! may have become durable all the same. Sweeping goes the other way round: first the row, then the
//! bytes.
//!
//! A client that hangs up while its file arrives leaves nothing. One that hangs up afterwards has
//! uploaded: storing runs in a task of its own, so that it is never half done.
//!
//! # Pictures and other files
//!
//! A picture is held in memory, decoded and written anew. Any other file is what its sender says:
//! it goes to the blob store piece by piece as it arrives, is never looked into, and whoever reads
//! it gets it as something to save. The host is asked about it when it has arrived, for its size is
//! known only then.
//!
//! # Uploads in parts
//!
//! A part is a blob of its own; when all are there, they go the way of a file that arrives at once:
//! see [`parts`].
//!
//! How much room a person has is counted in the transaction that writes the row, and such
//! transactions come one after another: two uploads at once cannot share the same last bytes.

mod blob_links;
mod file_name;
mod parts;
mod reading;
mod slots;
mod sweeping;

use std::sync::Arc;

use bytes::Bytes;
use relaychat_protocol::{AttachmentId, ErrorCode, UploadId, UserId};

pub(crate) use blob_links::LinkPair;
pub(crate) use reading::ReadableBlob;
pub(crate) use slots::UploadSlot;

use super::{Caller, Outbox, Rate, ServiceError, Services, Settings, outbox::Happened};
use crate::{
    blobs::{BlobStore, Pieces},
    clock::Clock,
    domain::attachment::{Attachment, Kind, Usage, Variant},
    images::{ImageError, ImageWorkshop, Picture},
    storage::{Storage, Transaction},
};

/// A row is written this long after its bytes at the latest. The sweep takes bytes without a row
/// after a day, so that even a process that was stopped in between names nothing that was swept.
const NAMED_WITHIN_MS: i64 = 60 * 60 * 1_000;

/// Type of a file whose sender says none.
const UNKNOWN_TYPE: &str = "application/octet-stream";

/// What uploading needs beside storage.
#[derive(Debug)]
pub(super) struct Uploads {
    workshop: ImageWorkshop,
    slots: slots::Slots,
    file_bytes: u64,
    user_bytes: u64,
}

/// A file as its sender describes it.
#[derive(Clone, Debug)]
pub(crate) struct FileClaims {
    /// Its type, if that is one.
    pub(crate) content_type: Option<String>,
    /// Its name, not cleaned yet.
    pub(crate) file_name: Option<String>,
}

impl Uploads {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            workshop: ImageWorkshop::new(settings.images),
            slots: slots::Slots::default(),
            file_bytes: settings.file_bytes,
            user_bytes: settings.user_bytes,
        }
    }
}

impl Services {
    /// Lets a caller begin an upload, or says how long to wait. The slot is held while the file
    /// arrives and is worked on.
    pub(crate) async fn begin_upload(&self, caller: Caller) -> Result<UploadSlot, ServiceError> {
        self.check_rate(Rate::Upload, caller.user_id).await?;
        self.uploads.slots.take(caller.user_id)
    }

    /// Largest file of a kind that may be uploaded, in bytes.
    pub(crate) fn upload_bytes_max(&self, kind: Kind) -> u64 {
        match kind {
            Kind::Image => self.uploads.workshop.limits().file_bytes,
            Kind::File => self.uploads.file_bytes,
        }
    }

    /// Refuses an upload of so many bytes that there is no room for, before it has arrived.
    pub(crate) async fn check_room(
        &self,
        caller: Caller,
        size_bytes: u64,
    ) -> Result<(), ServiceError> {
        if self.uploads.user_bytes == 0 {
            return Ok(());
        }
        let mut snapshot = self.storage.snapshot().await?;
        let user_bytes = self.uploads.user_bytes;
        check_room(&mut *snapshot, caller.user_id, size_bytes, user_bytes).await
    }

    /// Takes a picture that has arrived whole.
    pub(crate) async fn upload(
        &self,
        caller: Caller,
        slot: UploadSlot,
        file: Bytes,
        file_name: Option<&str>,
    ) -> Result<Attachment, ServiceError> {
        let file_name = file_name.and_then(file_name::clean);
        let stored = self.keep_picture(caller, file, file_name, None).await;
        drop(slot);
        stored
    }

    /// Keeps a picture, of one request or of an upload in parts.
    async fn keep_picture(
        &self,
        caller: Caller,
        file: Bytes,
        file_name: Option<String>,
        upload_id: Option<UploadId>,
    ) -> Result<Attachment, ServiceError> {
        let picture = self.uploads.workshop.picture(file).await?;
        let attachment = self.describe(caller, &picture, file_name);
        self.check_upload(caller, &attachment).await?;
        let outbox = Some(&self.outbox);
        self.store((attachment, Some(picture)), upload_id, outbox)
            .await
    }

    /// Takes a file of any type while it arrives. What the caller puts as an error among `pieces`
    /// ends it, and nothing stays.
    pub(crate) async fn upload_file(
        &self,
        caller: Caller,
        slot: UploadSlot,
        claims: FileClaims,
        pieces: Pieces,
    ) -> Result<Attachment, ServiceError> {
        let claims = FileClaims {
            file_name: claims.file_name.as_deref().and_then(file_name::clean),
            ..claims
        };
        let stored = self.keep_file(caller, claims, pieces, None).await;
        drop(slot);
        stored
    }

    /// Keeps a file of any type, of one request or of an upload in parts. Its name is clean.
    async fn keep_file(
        &self,
        caller: Caller,
        claims: FileClaims,
        pieces: Pieces,
        upload_id: Option<UploadId>,
    ) -> Result<Attachment, ServiceError> {
        let (id, created_at_ms) = (AttachmentId(self.new_id()), self.now_ms());
        let key = Attachment::blob_key(id, Variant::Original);
        let size_bytes = self.blobs.write(&key, pieces).await?;
        let FileClaims {
            content_type,
            file_name,
        } = claims;
        let attachment = Attachment {
            id,
            owner_id: caller.user_id,
            kind: Kind::File,
            usage: Usage::Unused,
            content_type: content_type.unwrap_or_else(|| UNKNOWN_TYPE.to_owned()),
            size_bytes,
            width: 0,
            height: 0,
            thumb_hash: None,
            file_name,
            created_at_ms,
        };
        let taken = match size_bytes {
            0 => Err(ServiceError::invalid("body", "The file is empty.")),
            _ => self.check_upload(caller, &attachment).await,
        };
        if let Err(error) = taken {
            remove_blobs(&*self.blobs, &attachment).await;
            return Err(error);
        }
        self.store((attachment, None), upload_id, Some(&self.outbox))
            .await
    }

    /// Makes a profile picture of an upload of the caller that nothing uses: its centre, as a new
    /// upload. It becomes the picture when the caller's profile names it and its usage is
    /// [`Usage::Avatar`], both in one transaction; until then it is swept like any other upload.
    pub(crate) async fn make_avatar(
        &self,
        caller: Caller,
        attachment_id: AttachmentId,
    ) -> Result<Attachment, ServiceError> {
        let source = self.find_attachment(attachment_id).await;
        let source = source.map_err(|error| match error.code {
            ErrorCode::NotFound => not_usable(),
            _ => error,
        })?;
        let is_theirs = source.owner_id == caller.user_id && source.usage == Usage::Unused;
        if !is_theirs || source.kind != Kind::Image {
            return Err(not_usable());
        }
        let slot = self.uploads.slots.take(caller.user_id)?;
        let file = self.read_whole(source.id).await?;
        let picture = self.uploads.workshop.avatar(file).await?;
        let avatar = self.describe(caller, &picture, None);
        let stored = self.store((avatar, Some(picture)), None, None).await;
        drop(slot);
        stored
    }

    fn describe(&self, caller: Caller, picture: &Picture, file_name: Option<String>) -> Attachment {
        Attachment {
            id: AttachmentId(self.new_id()),
            owner_id: caller.user_id,
            kind: Kind::Image,
            usage: Usage::Unused,
            content_type: picture.original.content_type.to_owned(),
            size_bytes: picture.original.bytes.len() as u64,
            width: picture.width,
            height: picture.height,
            thumb_hash: Some(picture.thumb_hash.clone()),
            file_name,
            created_at_ms: self.now_ms(),
        }
    }

    /// Stores bytes, unless they are there already, then row, whatever becomes of the request
    /// meanwhile. The upload in parts that it was, if it was one, is finished with it. The host is
    /// told through `outbox`.
    async fn store(
        &self,
        (attachment, picture): (Attachment, Option<Picture>),
        upload_id: Option<UploadId>,
        outbox: Option<&Outbox>,
    ) -> Result<Attachment, ServiceError> {
        let outbox = outbox.cloned();
        let (storage, blobs) = (Arc::clone(&self.storage), Arc::clone(&self.blobs));
        let clock = Arc::clone(&self.clock);
        let user_bytes = self.uploads.user_bytes;
        tokio::spawn(async move {
            let put = match picture {
                Some(picture) => put(&*blobs, attachment.id, picture).await,
                None => Ok(()),
            };
            let named = match put {
                Ok(()) => {
                    let room = (&*clock, user_bytes);
                    let named = (&attachment, upload_id);
                    name(&*storage, room, outbox.as_ref(), named).await
                }
                Err(error) => Err(error),
            };
            let transaction = match named {
                Ok(transaction) => transaction,
                Err(error) => {
                    remove_blobs(&*blobs, &attachment).await;
                    return Err(error);
                }
            };
            // Whoever lost the answer to a commit does not know what became of it: then the bytes
            // stay, and the sweep finds out whether a row names them.
            transaction.commit(Box::new(|_| {})).await?;
            if let Some(outbox) = outbox {
                outbox.wake();
            }
            Ok(attachment)
        })
        .await
        .map_err(ServiceError::internal)?
    }
}

fn not_usable() -> ServiceError {
    ServiceError::invalid("attachment_id", "That is no unused upload of the caller.")
}

/// Stores the bytes of both forms.
async fn put(
    blobs: &dyn BlobStore,
    id: AttachmentId,
    picture: Picture,
) -> Result<(), ServiceError> {
    for (variant, encoded) in [
        (Variant::Original, picture.original),
        (Variant::Thumbnail, picture.thumbnail),
    ] {
        blobs
            .put(&Attachment::blob_key(id, variant), encoded.bytes)
            .await?;
    }
    Ok(())
}

/// Refuses what would take a person's uploads above `user_bytes`, if there is such a limit.
async fn check_room(
    transaction: &mut dyn Transaction,
    owner_id: UserId,
    size_bytes: u64,
    user_bytes: u64,
) -> Result<(), ServiceError> {
    if user_bytes == 0 {
        return Ok(());
    }
    let used_bytes = transaction.attachments().bytes_of(owner_id).await?;
    let (_, kept_bytes) = transaction.uploads().unfinished_of(owner_id).await?;
    let taken_bytes = used_bytes.saturating_add(kept_bytes);
    match taken_bytes.saturating_add(size_bytes) > user_bytes {
        true => Err(ServiceError::new(ErrorCode::QuotaExceeded)),
        false => Ok(()),
    }
}

/// Writes the row, up to the commit.
async fn name(
    storage: &dyn Storage,
    (clock, user_bytes): (&dyn Clock, u64),
    outbox: Option<&Outbox>,
    (attachment, upload_id): (&Attachment, Option<UploadId>),
) -> Result<Box<dyn Transaction>, ServiceError> {
    let mut transaction = storage.begin().await?;
    // First, for it gives back the room that was kept.
    if let Some(id) = upload_id
        && !transaction.uploads().finish(id, attachment.id).await?
    {
        return Err(ServiceError::not_found());
    }
    let (owner_id, size_bytes) = (attachment.owner_id, attachment.size_bytes);
    check_room(&mut *transaction, owner_id, size_bytes, user_bytes).await?;
    transaction.attachments().insert(attachment).await?;
    if let Some(outbox) = outbox {
        let happened = vec![Happened::Uploaded(attachment.clone())];
        outbox
            .note(&mut *transaction, happened, attachment.created_at_ms)
            .await?;
    }
    // Last, so that nothing that takes long lies between the look and the commit.
    if clock.now_ms() - attachment.created_at_ms > NAMED_WITHIN_MS {
        return Err(ServiceError::new(ErrorCode::Unavailable));
    }
    Ok(transaction)
}

/// Removes the bytes of an upload that no row names. What cannot be removed is only space.
async fn remove_blobs(blobs: &dyn BlobStore, attachment: &Attachment) {
    let id = attachment.id;
    for variant in attachment.kind.variants() {
        if let Err(error) = blobs.remove(&Attachment::blob_key(id, *variant)).await {
            tracing::warn!(attachment_id = %id, %error, "a blob without a row stays behind");
        }
    }
}

impl From<ImageError> for ServiceError {
    fn from(error: ImageError) -> Self {
        let code = match error {
            ImageError::UnsupportedType => ErrorCode::UnsupportedMediaType,
            ImageError::TooLarge => ErrorCode::PayloadTooLarge,
            ImageError::Invalid => ErrorCode::ImageInvalid,
        };
        Self::new(code)
    }
}

#[cfg(test)]
mod tests;
