// A page whose session or token was ended from elsewhere: what it shows is nobody's here any more.

/** Load the page anew where the branch asks for a sign-in, a PIN or a code in its place. Where the line is down or the
    branch is in trouble it stays. */
export async function leaveIfShut() {
  const page = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (page && (page.redirected || page.status === 401)) location.reload();
}
