// Pictures before they are sent: small enough for one message, and without what a camera writes into them.

/** Bytes of one message's data. */
export const BYTES_MAX = 48 * 1024;
/** What is opened at all; larger files are refused before they are decoded. */
const SOURCE_BYTES_MAX = 64 * 1024 * 1024;
const EDGES = [1600, 1280, 1024, 800, 640, 480, 320];
const QUALITIES = [0.85, 0.7, 0.55, 0.4];
/** These carry no place or camera in practice, and may be sharp or move: as they are, if they fit. */
const KEPT = ['image/png', 'image/gif', 'image/webp'];
const SENT = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

export const isImage = file => file.type.startsWith('image/');

/**
 * The picture as it will be sent: as it is, or drawn anew as JPEG, the largest that fits.
 *
 * @param accepted media types that the node takes
 * @return {blob, url, changed}; url is to be revoked by who no longer shows it
 */
export async function prepare(file, accepted = SENT) {
    if (file.size > SOURCE_BYTES_MAX) {
        throw new Error('This picture is too large to open here.');
    }
    const picture = await decode(file);
    try {
        const kept = KEPT.includes(file.type) && accepted.includes(file.type) && file.size <= BYTES_MAX;
        const blob = kept ? file : await shrink(picture);
        return {blob, url: URL.createObjectURL(blob), changed: !kept};
    } finally {
        picture.close();
    }
}

async function decode(file) {
    try {
        return await createImageBitmap(file);
    } catch {
        throw new Error('This is not a picture that the browser can open.');
    }
}

async function shrink(picture) {
    const longest = Math.max(picture.width, picture.height);
    const edges = [...new Set(EDGES.map(edge => Math.min(edge, longest)))];
    for (const edge of edges) {
        const canvas = draw(picture, edge / longest);
        for (const quality of QUALITIES) {
            const blob = await new Promise(done => canvas.toBlob(done, 'image/jpeg', quality));
            if (blob && blob.size <= BYTES_MAX) {
                return blob;
            }
        }
    }
    throw new Error('This picture cannot be made small enough to send.');
}

function draw(picture, scale) {
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const context = canvas.getContext('2d');
    context.fillStyle = '#fff'; // JPEG knows no transparency
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingQuality = 'high';
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas;
}
