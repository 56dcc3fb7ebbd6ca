(() => {
  const map = document.getElementById('map');
  const tip = document.getElementById('tip');
  const { columns, cell, size, layers } = Object.fromEntries(
    Object.entries(map.dataset).map(([key, value]) => [key, Number(value)]));
  const rows = map.viewBox.baseVal.height;
  let shown = null;

  const bytes = n => n >= 2 ** 30 ? (n / 2 ** 30).toFixed(3) + ' GiB'
    : n >= 2 ** 20 ? (n / 2 ** 20).toFixed(2) + ' MiB' : n / 1024 + ' KiB';

  const owner = depth => depth < 0 ? 'no layer: reads as zeroes'
    : (depth === 0 ? 'active layer' : depth === layers - 1 ? 'base' : 'layer ' + (layers - depth))
      + ' (depth ' + depth + ' of ' + layers + ')';

  function leave() {
    map.classList.remove('pointed');
    shown?.classList.remove('on');
    shown = null;
    tip.hidden = true;
  }

  map.addEventListener('pointermove', event => {
    const path = event.target.closest('path');
    if (!path) {
      leave();
      return;
    }
    if (path !== shown) {
      shown?.classList.remove('on');
      path.classList.add('on');
      map.classList.add('pointed');
      shown = path;
    }
    const box = map.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    const column = Math.min(columns - 1, Math.floor(x / box.width * columns));
    const row = Math.min(rows - 1, Math.floor(y / box.height * rows));
    tip.textContent = 'at ' + bytes(Math.min(size, (row * columns + column) * cell)) + '\n'
      + owner(Number(path.dataset.depth));
    tip.hidden = false;
    tip.style.left = Math.max(0, Math.min(x + 14, box.width - tip.offsetWidth)) + 'px';
    tip.style.top = (y > box.height - 70 ? y - tip.offsetHeight - 10 : y + 14) + 'px';
  });
  map.addEventListener('pointerleave', leave);
})();
