const KEY = 'hotstuff-theme';

/**
 * Light or dark: as the system wants, or as the button says.
 * @param {HTMLElement} button
 * @param {() => void} changed called after the colours have changed
 */
export function prepareTheme(button, changed) {
  const wanted = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (document.documentElement.dataset.theme ?? (wanted.matches ? 'dark' : 'light')) === 'dark';
  const show = () => {
    button.textContent = isDark() ? 'Light' : 'Dark';
    button.setAttribute('aria-label', isDark() ? 'Use light colours' : 'Use dark colours');
    changed();
  };
  const kept = recall();
  if (kept) document.documentElement.dataset.theme = kept;
  wanted.addEventListener('change', show);
  button.addEventListener('click', () => {
    document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
    remember(document.documentElement.dataset.theme);
    show();
  });
  show();
}

// A page opened from disk may have no storage.
function recall() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function remember(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The choice holds until the page is closed.
  }
}
