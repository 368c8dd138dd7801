//! Uploads in parts: for large files over connections that break.
//!
//! ```text
//!   begin ──▶ part, part, … (in order) ──▶ finish ──▶ an upload like any other
//! ```
//!
//! # How nothing mixes
//!
//! Every arrival of a part is a blob with an id of its own. Its row is written only if exactly what
//! comes before it has arrived, in a transaction, and writers come one after another: of two
//! requests for one place one advances the upload, and the blob of the other is removed. So a part
//! may be repeated whenever its answer was lost. All parts but the last are of one length, so that
//! nobody can make a store of millions of blobs out of one file.
//!
//! # What a crash can leave behind
//!
//! As everywhere here: bytes first, then the row that names them. Finishing writes the whole file,
//! then one transaction names it, says that the upload is finished and forgets the parts; whoever
//! asks to finish again is answered with the same file. Blobs that nothing names are swept.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use relaychat_protocol::{ErrorCode, UploadId};

use super::{FileClaims, NAMED_WITHIN_MS, UNKNOWN_TYPE, UploadSlot, check_room, file_name};
use crate::{
    blobs::{BlobError, BlobErrorKind, BlobStore, Pieces},
    clock::Clock,
    domain::{
        attachment::{Attachment, Kind},
        upload::{Part, Upload},
    },
    limits::{PART_BYTES, UNFINISHED_UPLOADS},
    services::{Caller, Rate, ServiceError, Services},
    storage::{Storage, Transaction},
};

impl Services {
    /// Begins an upload in parts, unless a file of this size is more than the caller may upload.
    pub(crate) async fn begin_parts(
        &self,
        caller: Caller,
        kind: Kind,
        claims: FileClaims,
        size_bytes: u64,
    ) -> Result<Upload, ServiceError> {
        self.check_rate(Rate::Upload, caller.user_id).await?;
        if size_bytes == 0 {
            return Err(ServiceError::invalid("size_bytes", "The file is empty."));
        }
        if size_bytes > self.upload_bytes_max(kind) {
            return Err(ServiceError::new(ErrorCode::PayloadTooLarge));
        }
        let content_type = claims.content_type;
        let upload = Upload {
            id: UploadId(self.new_id()),
            owner_id: caller.user_id,
            kind,
            content_type: content_type.unwrap_or_else(|| UNKNOWN_TYPE.to_owned()),
            file_name: claims.file_name.as_deref().and_then(file_name::clean),
            size_bytes,
            received_bytes: 0,
            touched_at_ms: self.now_ms(),
            attachment_id: None,
        };
        let mut transaction = self.storage.begin().await?;
        let unfinished = transaction.uploads().unfinished_of(caller.user_id).await?;
        if unfinished.0 >= UNFINISHED_UPLOADS {
            return Err(ServiceError::new(ErrorCode::TooManyUploads));
        }
        let user_bytes = self.uploads.user_bytes;
        check_room(&mut *transaction, caller.user_id, size_bytes, user_bytes).await?;
        transaction.uploads().insert(&upload).await?;
        self.commit(transaction, Vec::new()).await?;
        Ok(upload)
    }

    /// An upload in parts of the caller.
    pub(crate) async fn find_upload(
        &self,
        caller: Caller,
        id: UploadId,
    ) -> Result<Upload, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        let found = snapshot.uploads().find(id).await?;
        let is_theirs = |found: &Upload| found.owner_id == caller.user_id;
        found.filter(is_theirs).ok_or_else(ServiceError::not_found)
    }

    /// A place for a part that is about to arrive.
    pub(crate) fn begin_part(&self, caller: Caller) -> Result<UploadSlot, ServiceError> {
        self.uploads.slots.take(caller.user_id)
    }

    /// Takes a part that has arrived whole. One that was taken before changes nothing.
    pub(crate) async fn add_part(
        &self,
        caller: Caller,
        upload: Upload,
        offset_bytes: u64,
        bytes: Bytes,
    ) -> Result<Upload, ServiceError> {
        let part = Part {
            upload_id: upload.id,
            offset_bytes,
            size_bytes: bytes.len() as u64,
            blob_id: self.new_id(),
        };
        if upload.received_bytes != offset_bytes {
            return repeated(upload, &part);
        }
        check_length(&upload, &part)?;
        let (storage, blobs) = (Arc::clone(&self.storage), Arc::clone(&self.blobs));
        let clock = Arc::clone(&self.clock);
        // In a task of its own, so that it is never half done when the caller hangs up.
        let kept =
            tokio::spawn(async move { keep(&*storage, &*blobs, &*clock, &part, bytes).await });
        let is_kept = kept.await.map_err(ServiceError::internal)??;
        let upload = self.find_upload(caller, upload.id).await?;
        match is_kept {
            true => Ok(upload),
            false => repeated(upload, &part),
        }
    }

    /// Makes a file of an upload whose parts are all there, or finds what was made of it.
    pub(crate) async fn finish_upload(
        &self,
        caller: Caller,
        id: UploadId,
    ) -> Result<Attachment, ServiceError> {
        let upload = self.find_upload(caller, id).await?;
        if let Some(id) = upload.attachment_id {
            return self.find_attachment(id).await;
        }
        if upload.received_bytes < upload.size_bytes {
            return Err(incomplete(&upload));
        }
        let slot = self.uploads.slots.take(caller.user_id)?;
        let mut snapshot = self.storage.snapshot().await?;
        let parts = snapshot.uploads().list_parts(&[id]).await?;
        drop(snapshot);
        let made = self.compose(caller, upload, parts.clone()).await;
        drop(slot);
        match made {
            Ok(attachment) => {
                remove_parts(&*self.blobs, &parts).await;
                Ok(attachment)
            }
            Err(error) => self.not_finished(caller, (id, &parts), error).await,
        }
    }

    /// Gives an upload up. What was made of a finished one stays.
    pub(crate) async fn give_up_upload(
        &self,
        caller: Caller,
        id: UploadId,
    ) -> Result<(), ServiceError> {
        self.find_upload(caller, id).await?;
        self.forget_uploads(&[id]).await
    }

    /// Removes uploads to which nothing was added since `before_ms`, at most `limit`; returns how
    /// many.
    pub(crate) async fn sweep_idle_uploads(
        &self,
        before_ms: i64,
        limit: u32,
    ) -> Result<usize, ServiceError> {
        let mut transaction = self.storage.begin().await?;
        let idle = transaction.uploads().list_idle(before_ms, limit).await?;
        if idle.is_empty() {
            return Ok(0);
        }
        let ids: Vec<_> = idle.iter().map(|upload| upload.id).collect();
        self.forget(transaction, &ids).await?;
        Ok(ids.len())
    }

    /// The parts as one file, on the way that a file takes which arrives at once.
    async fn compose(
        &self,
        caller: Caller,
        upload: Upload,
        parts: Vec<Part>,
    ) -> Result<Attachment, ServiceError> {
        let pieces = joined(Arc::clone(&self.blobs), parts);
        let (id, file_name) = (Some(upload.id), upload.file_name);
        match upload.kind {
            Kind::Image => {
                let pieces: Vec<Bytes> = pieces.try_collect().await?;
                let file = pieces.concat().into();
                self.keep_picture(caller, file, file_name, id).await
            }
            Kind::File => {
                let content_type = Some(upload.content_type);
                let claims = FileClaims {
                    content_type,
                    file_name,
                };
                self.keep_file(caller, claims, pieces, id).await
            }
        }
    }

    /// Somebody else may have finished it meanwhile. What is refused for good keeps no room, like a
    /// file that is refused when it arrives at once; nor does an upload whose parts the store has
    /// lost: a restored backup has none of unfinished ones.
    async fn not_finished(
        &self,
        caller: Caller,
        (id, parts): (UploadId, &[Part]),
        error: ServiceError,
    ) -> Result<Attachment, ServiceError> {
        if let Some(id) = self.find_upload(caller, id).await?.attachment_id {
            return self.find_attachment(id).await;
        }
        for part in parts {
            if self.blobs.size_bytes(&part.blob_key()).await?.is_none() {
                self.forget_uploads(&[id]).await?;
                return Err(ServiceError::not_found());
            }
        }
        if !error.code.is_retryable() {
            self.forget_uploads(&[id]).await?;
        }
        Err(error)
    }

    async fn forget_uploads(&self, ids: &[UploadId]) -> Result<(), ServiceError> {
        let transaction = self.storage.begin().await?;
        self.forget(transaction, ids).await
    }

    /// Removes the rows, then the bytes.
    async fn forget(
        &self,
        mut transaction: Box<dyn Transaction>,
        ids: &[UploadId],
    ) -> Result<(), ServiceError> {
        let parts = transaction.uploads().list_parts(ids).await?;
        transaction.uploads().remove(ids).await?;
        self.commit(transaction, Vec::new()).await?;
        remove_parts(&*self.blobs, &parts).await;
        Ok(())
    }
}

/// A part that is not the next one: taken before, or too early.
fn repeated(upload: Upload, part: &Part) -> Result<Upload, ServiceError> {
    let end = part.offset_bytes.saturating_add(part.size_bytes);
    match end <= upload.received_bytes {
        true => Ok(upload),
        false => Err(incomplete(&upload)),
    }
}

fn incomplete(upload: &Upload) -> ServiceError {
    let received_bytes = upload.received_bytes;
    ServiceError {
        detail: format!("The upload has {received_bytes} bytes: go on there."),
        ..ServiceError::new(ErrorCode::UploadIncomplete)
    }
}

/// Refuses the next part unless it is as long as it has to be.
fn check_length(upload: &Upload, part: &Part) -> Result<(), ServiceError> {
    let wanted = PART_BYTES.min(upload.size_bytes - upload.received_bytes);
    match part.size_bytes.cmp(&wanted) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(ServiceError::new(ErrorCode::PayloadTooLarge)),
        std::cmp::Ordering::Less => {
            let detail = format!("This part has {wanted} bytes.");
            Err(ServiceError::invalid("body", detail))
        }
    }
}

/// Stores the bytes of a part, then its row; tells whether it was the next one. If not, or if the
/// row fails, the bytes are removed again, unless the row may have become durable all the same.
async fn keep(
    storage: &dyn Storage,
    blobs: &dyn BlobStore,
    clock: &dyn Clock,
    part: &Part,
    bytes: Bytes,
) -> Result<bool, ServiceError> {
    let begun_at_ms = clock.now_ms();
    let advanced = match blobs.put(&part.blob_key(), bytes).await {
        Ok(()) => advance(storage, clock, part, begun_at_ms).await,
        Err(error) => Err(error.into()),
    };
    match advanced {
        Ok(Some(transaction)) => {
            transaction.commit(Box::new(|_| {})).await?;
            Ok(true)
        }
        Ok(None) => {
            remove_parts(blobs, std::slice::from_ref(part)).await;
            Ok(false)
        }
        Err(error) => {
            remove_parts(blobs, std::slice::from_ref(part)).await;
            Err(error)
        }
    }
}

/// Writes the row of a part, up to the commit, if it is the next one.
async fn advance(
    storage: &dyn Storage,
    clock: &dyn Clock,
    part: &Part,
    begun_at_ms: i64,
) -> Result<Option<Box<dyn Transaction>>, ServiceError> {
    let mut transaction = storage.begin().await?;
    let now_ms = clock.now_ms();
    if !transaction.uploads().add_part(part, now_ms).await? {
        return Ok(None);
    }
    if now_ms - begun_at_ms > NAMED_WITHIN_MS {
        return Err(ServiceError::new(ErrorCode::Unavailable));
    }
    Ok(Some(transaction))
}

/// The bytes of all parts, one after another as they are read.
fn joined(blobs: Arc<dyn BlobStore>, parts: Vec<Part>) -> Pieces {
    stream::iter(parts)
        .then(move |part| {
            let blobs = Arc::clone(&blobs);
            async move {
                let bytes = blobs.read(&part.blob_key(), 0..part.size_bytes).await?;
                bytes.ok_or_else(|| BlobError::new(BlobErrorKind::Internal, "read a part", "lost"))
            }
        })
        .try_flatten()
        .boxed()
}

/// Removes the bytes of parts. What cannot be removed is only space, and is swept.
async fn remove_parts(blobs: &dyn BlobStore, parts: &[Part]) {
    for part in parts {
        if let Err(error) = blobs.remove(&part.blob_key()).await {
            tracing::warn!(upload_id = %part.upload_id, %error, "a part stays behind");
        }
    }
}
